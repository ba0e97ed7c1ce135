"""Rows among a request's variables that are not JSON.

Each of them is rejected alone, as in a file or in a batch of tracking calls (F9). To let the other rows pass GraphQL's
validation, a stand-in takes the place of each unreadable row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLError, ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode, VariableDefinitionNode

from api.salvage import MOST_READ, UNREADABLE, UnreadableElement
from graph.facts import InvalidInput, unread_row

LIST_DEPTH = 2
"""Objects around the lists whose elements are read one by one: the body, and its variables."""
_NOBODY = {"id": "unreadable"}
_MINIMAL_INPUTS: Mapping[str, Mapping[str, Any]] = {
    "PersonInput": {"identities": []},
    "OrganisationInput": {"identities": []},
    "MembershipInput": {"person": _NOBODY, "organisation": _NOBODY},
    "EndMembershipInput": {"person": _NOBODY, "organisation": _NOBODY},
    "EventInput": {"name": ""},
}
"""The smallest valid value of each row input."""


class _Source(str):
    """The `source` of a stand-in. It carries the unreadable row through GraphQL's coercion."""

    __slots__ = ("element",)
    element: UnreadableElement


class SalvagedVariables(dict[str, Any]):
    """Variables of a body that is not JSON as a whole."""

    def replace_unreadable(self, definitions: Iterable[VariableDefinitionNode]) -> dict[str, Any]:
        """Return the variables with a valid input in the place of each unreadable row.

        Raises GraphQLError where a variable with something unreadable is not a list of rows.
        """
        minimal = {one.variable.name.value: _MINIMAL_INPUTS.get(_element_type(one.type)) for one in definitions}
        return {name: _replace_unreadable(name, value, minimal.get(name)) for name, value in self.items()}


def _element_type(node: TypeNode) -> str:
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    return node.name.value if isinstance(node, NamedTypeNode) else ""


def _replace_unreadable(name: str, value: Any, minimal: Mapping[str, Any] | None) -> Any:
    if not isinstance(value, list) or len(value) > MOST_READ:  # so long a list is refused by its length
        return value
    return [_stand_in(name, one, minimal) if isinstance(one, UnreadableElement) else one for one in value]


def _stand_in(name: str, element: UnreadableElement, minimal: Mapping[str, Any] | None) -> dict[str, Any]:
    if minimal is None:
        raise GraphQLError(f"${name} is not JSON: {element.message}.", extensions={"code": "BAD_VARIABLES"})
    source = _Source("")
    source.element = element
    return {**minimal, "source": source}


def unreadable_row(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the row to submit for a stand-in, or None for any other input."""
    source = row.get("source")
    if type(source) is not _Source:
        return None
    element = source.element
    reason = InvalidInput("BAD_JSON", f"the row is not JSON: {element.message}", element.path)
    return unread_row(UNREADABLE, {"row": element.text}, reason)
