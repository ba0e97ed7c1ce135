"""The length of criteria in arguments. Each criterion is parsed in one go while other requests wait, so the sum is bounded."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLNamedType, GraphQLScalarType, get_named_type

from graph.criteria.parse import LONGEST


def criteria_length(value: Any, type_: Any) -> int:
    """Return the number of characters of all criteria inside an argument's value."""
    named = get_named_type(type_)
    if value is None or not _may_hold_criteria(named):
        return 0
    if isinstance(value, list):
        return sum(criteria_length(one, named) for one in value)
    if isinstance(named, GraphQLInputObjectType):
        return sum(criteria_length(value.get(name), field.type) for name, field in named.fields.items())
    # A criterion that is too long by itself is refused without being parsed.
    return len(value) if len(value) <= LONGEST else 0


def may_hold_criteria(type_: Any) -> bool:
    """Return whether a type is a criterion, or an object or list that may hold one."""
    return _may_hold_criteria(get_named_type(type_))


def by_length(value: Any) -> Hashable:
    """Depend on the lengths of criteria, since `criteria_length` is checked only when a plan is compiled."""
    if isinstance(value, dict):
        return tuple([by_length(one) for one in value.values()])
    if isinstance(value, list):
        return tuple([by_length(one) for one in value])
    return len(value) if isinstance(value, str) else None


@lru_cache(maxsize=256)
def _may_hold_criteria(named: GraphQLNamedType, parents: frozenset[str] = frozenset()) -> bool:
    if isinstance(named, GraphQLScalarType):
        return named.name == "Criteria"
    if not isinstance(named, GraphQLInputObjectType) or named.name in parents:
        return False
    parents |= {named.name}
    return any(_may_hold_criteria(get_named_type(field.type), parents) for field in named.fields.values())
