"""Tests the shape of values. Called for every row, so it has to be fast."""

from collections.abc import Mapping
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Return whether a value is a JSON object.

    Plain dictionaries come first, because the abstract class is slow to test.
    """
    return type(value) is dict or isinstance(value, Mapping)
