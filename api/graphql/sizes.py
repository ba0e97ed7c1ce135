"""Measure a document's depth and width, with fragments spread, before it is validated."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.limits import LimitExceeded, Limits

_CHAIN = "ofType"
"""The field of introspection that leads from a list type to its item type.

It does not count as depth: it cannot branch, and standard queries follow it far.
"""


@dataclass(slots=True)
class _Size:
    depth: int = 0
    nesting: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def add(self, other: _Size) -> None:
        self.depth = max(self.depth, other.depth)
        self.nesting = max(self.nesting, other.nesting)
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives


@dataclass(slots=True)
class _Measure:
    """Measures selections. Each fragment is measured once, so doubling fragments cost nothing here."""

    fragments: dict[str, FragmentDefinitionNode]
    limits: Limits
    fragment_sizes: dict[str, _Size] = field(default_factory=dict)

    def selection(self, selections: SelectionSetNode | None, level: int = 0) -> _Size:
        if level > self.limits.nesting:
            raise LimitExceeded("TOO_DEEP", "Selections nest too deep", level, self.limits.nesting)
        size = _Size()
        for selection in selections.selections if selections else ():
            size.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                size.add(self._field(selection, level))
            elif isinstance(selection, FragmentSpreadNode):
                size.add(self._fragment(selection.name.value, level))
            else:
                size.add(self.selection(getattr(selection, "selection_set", None), level + 1))
        size.nesting += 1
        return size

    def _field(self, node: FieldNode, level: int) -> _Size:
        below = self.selection(node.selection_set, level + 1)
        below.depth += node.name.value != _CHAIN
        below.fields += 1
        below.aliases += node.alias is not None
        return below

    def _fragment(self, name: str, level: int) -> _Size:
        if name not in self.fragment_sizes:
            self.fragment_sizes[name] = _Size()  # a cycle ends here; validation refuses it
            fragment = self.fragments.get(name)
            self.fragment_sizes[name] = self.selection(fragment.selection_set, level + 1) if fragment else _Size()
        return self.fragment_sizes[name]


def check_size(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that is too deep or too wide. Raises LimitExceeded.

    All operations count together, since all of them are validated. Each fragment counts by itself too, even if nothing
    spreads it.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    measure = _Measure(fragments, limits)
    operations = _Size()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations.add(measure.selection(definition.selection_set))
    for size in [operations, *(measure.selection(fragment.selection_set) for fragment in fragments.values())]:
        _check(size, limits)


def _check(size: _Size, limits: Limits) -> None:
    for code, complaint, size_found, limit in (
        ("TOO_DEEP", "The document nests too deep", size.depth, limits.depth),
        ("TOO_DEEP", "Selections nest too deep", size.nesting, limits.nesting),
        ("TOO_MANY_ALIASES", "The document has too many aliases", size.aliases, limits.aliases),
        ("TOO_MANY_DIRECTIVES", "The document has too many directives", size.directives, limits.directives),
        ("TOO_MANY_FIELDS", "The document selects too many fields", size.fields, limits.fields),
    ):
        if size_found > limit:
            raise LimitExceeded(code, complaint, size_found, limit)
