"""What shape a given value has, asked for every row and so asked cheaply."""

from collections.abc import Mapping
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """True for what JSON calls an object; nearly always a plain dictionary, of which an abstract class is slow to be sure."""
    return type(value) is dict or isinstance(value, Mapping)
