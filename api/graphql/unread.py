"""Rows among a request's variables that are no JSON: each is refused alone, as in a file or a batch of calls (F9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLError, ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode, VariableDefinitionNode

from api.salvage import MOST_READ, UNREADABLE, Unreadable
from graph.facts import InvalidInput, unread_row

LISTS = 2
"""Objects around the lists whose elements are taken one by one: the body, and its variables."""
_NOBODY = {"id": "unreadable"}
_LEAST: Mapping[str, Mapping[str, Any]] = {
    "PersonInput": {"identities": []},
    "OrganisationInput": {"identities": []},
    "MembershipInput": {"person": _NOBODY, "organisation": _NOBODY},
    "EndMembershipInput": {"person": _NOBODY, "organisation": _NOBODY},
    "EventInput": {"name": ""},
}
"""The least that each input of rows needs, so that an unreadable one keeps its place among the others."""


class _Source(str):
    """The source of an input that stands for an unreadable one; by it the row is known again."""

    __slots__ = ("unread",)
    unread: Unreadable


class Variables(dict[str, Any]):
    """Variables of a body that was no JSON as a whole."""

    def placed(self, definitions: Iterable[VariableDefinitionNode]) -> dict[str, Any]:
        """The variables with an input that GraphQL accepts in the place of every unreadable row.

        Raises GraphQLError where a variable with something unreadable is no list of rows.
        """
        least = {one.variable.name.value: _LEAST.get(_element(one.type)) for one in definitions}
        return {name: _placed(name, value, least.get(name)) for name, value in self.items()}


def _element(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    return node.name.value if isinstance(node, NamedTypeNode) else ""


def _placed(name: str, value: Any, least: Mapping[str, Any] | None) -> Any:
    if not isinstance(value, list) or len(value) > MOST_READ:  # so long a list is refused by its length
        return value
    return [_stand_in(name, one, least) if isinstance(one, Unreadable) else one for one in value]


def _stand_in(name: str, one: Unreadable, least: Mapping[str, Any] | None) -> dict[str, Any]:
    if least is None:
        raise GraphQLError(f"${name} is not JSON: {one.message}.", extensions={"code": "BAD_VARIABLES"})
    return {**least, "source": _source(one)}


def _source(unread: Unreadable) -> _Source:
    source = _Source("")
    source.unread = unread
    return source


def unread(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The row to submit for an input that stands for an unreadable one; None for any other."""
    source = row.get("source")
    if type(source) is not _Source:
        return None
    found = source.unread
    refused = InvalidInput("BAD_JSON", f"the row is not JSON: {found.message}", found.path)
    return unread_row(UNREADABLE, {"row": found.text}, refused)
