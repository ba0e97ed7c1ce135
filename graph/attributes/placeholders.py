"""Placeholders: words for a missing value, such as `n/a` and `null`. They have no say in an attribute's type (F5)."""

from collections.abc import Mapping
from typing import Any

from graph.attributes.types import fitted

DEFAULT_PLACEHOLDERS = "n/a, na, n.a., #n/a, #nv, #value!, #ref!, #name?, #num!, #null!, #div/0!, null, (null), nil, none, (none), undefined, nan, -, --, ---, \N{EN DASH}, \N{EM DASH}, ?, unknown, not set, (not set), (no value)"
"""The placeholders, separated by commas. An empty text is always one."""


def placeholder_words(listed: str) -> frozenset[str]:
    """Return the words of a list separated by commas, as `types.infer` compares them."""
    return frozenset(word.strip().casefold() for word in listed.split(",")) | {""}


def without_placeholders(values: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return raw values by name, with None for values that their type in `kinds` cannot hold."""
    return {
        name: None if name in kinds and is_unholdable(value, kinds[name]) else value for name, value in values.items()
    }


def is_unholdable(value: Any, kind: str) -> bool:
    """Return whether an attribute's type cannot hold a value, which therefore is no value (F5)."""
    return value is not None and fitted(value, kind) is None
