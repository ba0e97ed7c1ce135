"""Collect the fields of a selection: spread fragments, apply `@skip` and `@include`, join equal response keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)

from api.graphql.compile.dependencies import ObservedRequest


@dataclass(frozen=True, slots=True)
class Selector:
    """Reads selections of one document for one request. The request notes what the result depends on."""

    fragments: Mapping[str, FragmentDefinitionNode]
    request: ObservedRequest

    def fields(
        self, type_name: str, interfaces: Iterable[str], nodes: Iterable[FieldNode]
    ) -> dict[str, list[FieldNode]]:
        """Return the fields under `nodes` on an object of a type, by response key in the document's order."""
        found: dict[str, list[FieldNode]] = {}
        names = {type_name, *interfaces}
        for node in nodes:
            self._collect(node.selection_set, names, found)
        return found

    def root(self, type_name: str, selections: SelectionSetNode) -> dict[str, list[FieldNode]]:
        """Return the fields of an operation."""
        found: dict[str, list[FieldNode]] = {}
        self._collect(selections, {type_name}, found)
        return found

    def _collect(self, selections: SelectionSetNode | None, names: set[str], found: dict[str, list[FieldNode]]) -> None:
        for selection in selections.selections if selections else ():
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                found.setdefault(key, []).append(selection)
            else:
                self._spread(selection, names, found)

    def _spread(self, selection: SelectionNode, names: set[str], found: dict[str, list[FieldNode]]) -> None:
        if isinstance(selection, FragmentSpreadNode):
            fragment: Any = self.fragments[selection.name.value]
        else:
            assert isinstance(selection, InlineFragmentNode)
            fragment = selection
        condition = fragment.type_condition
        if condition is None or condition.name.value in names:
            self._collect(fragment.selection_set, names, found)

    def _is_included(self, selection: SelectionNode) -> bool:
        for directive in selection.directives or ():
            name = directive.name.value
            if name == "skip" and self.request.condition(GraphQLSkipDirective, directive):
                return False
            if name == "include" and not self.request.condition(GraphQLIncludeDirective, directive):
                return False
        return True
