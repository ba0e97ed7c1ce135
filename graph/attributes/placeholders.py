"""Words that stand where a value is missing, such as `n/a` and `null`: they have no say in which type an attribute has (F5)."""

from collections.abc import Mapping
from typing import Any

from graph.attributes.types import fitted

DEFAULT_PLACEHOLDERS = "n/a, na, n.a., #n/a, #nv, #value!, #ref!, #name?, #num!, #null!, #div/0!, null, (null), nil, none, (none), undefined, nan, -, --, ---, \N{EN DASH}, \N{EM DASH}, ?, unknown, not set, (not set), (no value)"
"""What counts as a placeholder, separated by commas; an empty text always does."""


def placeholder_words(listed: str) -> frozenset[str]:
    """The words of a list separated by commas, as `types.infer` compares them."""
    return frozenset(word.strip().casefold() for word in listed.split(",")) | {""}


def without_placeholders(values: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Raw values by name; None stands for one of `kinds` that its type cannot hold, as a placeholder that a number's type has."""
    return {
        name: None if name in kinds and is_unholdable(value, kinds[name]) else value for name, value in values.items()
    }


def is_unholdable(value: Any, kind: str) -> bool:
    """True for a value that its attribute's type cannot hold, and which is therefore no value (F5)."""
    return value is not None and fitted(value, kind) is None
