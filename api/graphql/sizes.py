"""How large a document is: how deep and how wide, fragments spread, before it is validated."""

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
"""Where introspection goes from a list to what it is of: a chain without branches, which standard queries follow far."""


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
    """Sizes with fragments spread, each fragment measured once: doubling fragments cost nothing here."""

    fragments: dict[str, FragmentDefinitionNode]
    limits: Limits
    known: dict[str, _Size] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode | None, level: int = 0) -> _Size:
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
                size.add(self.of(getattr(selection, "selection_set", None), level + 1))
        size.nesting += 1
        return size

    def _field(self, node: FieldNode, level: int) -> _Size:
        below = self.of(node.selection_set, level + 1)
        below.depth += node.name.value != _CHAIN
        below.fields += 1
        below.aliases += node.alias is not None
        return below

    def _fragment(self, name: str, level: int) -> _Size:
        if name not in self.known:
            self.known[name] = _Size()  # a cycle ends here; validation refuses it
            fragment = self.fragments.get(name)
            self.known[name] = self.of(fragment.selection_set, level + 1) if fragment else _Size()
        return self.known[name]


def check_size(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that is too deep or too wide. Raises LimitExceeded.

    What all operations select together is counted, since all of them are validated; and each fragment by itself, whether
    something spreads it or not.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    measure = _Measure(fragments, limits)
    operations = _Size()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations.add(measure.of(definition.selection_set))
    for size in [operations, *(measure.of(fragment.selection_set) for fragment in fragments.values())]:
        _check(size, limits)


def _check(size: _Size, limits: Limits) -> None:
    for code, what, asked, limit in (
        ("TOO_DEEP", "The document nests too deep", size.depth, limits.depth),
        ("TOO_DEEP", "Selections nest too deep", size.nesting, limits.nesting),
        ("TOO_MANY_ALIASES", "The document has too many aliases", size.aliases, limits.aliases),
        ("TOO_MANY_DIRECTIVES", "The document has too many directives", size.directives, limits.directives),
        ("TOO_MANY_FIELDS", "The document selects too many fields", size.fields, limits.fields),
    ):
        if asked > limit:
            raise LimitExceeded(code, what, asked, limit)
