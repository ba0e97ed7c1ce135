"""How long the criteria in arguments are: each is read in one go, while everybody else waits."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLNamedType, GraphQLScalarType, get_named_type

from graph.criteria.parse import LONGEST


def characters(value: Any, type_: Any) -> int:
    """How many characters of criteria a value of an argument holds."""
    named = get_named_type(type_)
    if value is None or not _holds(named):
        return 0
    if isinstance(value, list):
        return sum(characters(one, named) for one in value)
    if isinstance(named, GraphQLInputObjectType):
        return sum(characters(value.get(name), field.type) for name, field in named.fields.items())
    # one that is too long by itself is refused unread
    return len(value) if len(value) <= LONGEST else 0


def holds_criteria(type_: Any) -> bool:
    """Whether an argument of a type is a criterion, or an object or list with some."""
    return _holds(get_named_type(type_))


def by_length(value: Any) -> Hashable:
    """The plan is for criteria as long as those that were counted when it was made."""
    if isinstance(value, dict):
        return tuple([by_length(one) for one in value.values()])
    if isinstance(value, list):
        return tuple([by_length(one) for one in value])
    return len(value) if isinstance(value, str) else None


@lru_cache(maxsize=256)
def _holds(named: GraphQLNamedType, passed: frozenset[str] = frozenset()) -> bool:
    if isinstance(named, GraphQLScalarType):
        return named.name == "Criteria"
    if not isinstance(named, GraphQLInputObjectType) or named.name in passed:
        return False
    within = passed | {named.name}
    return any(_holds(get_named_type(field.type), within) for field in named.fields.values())
