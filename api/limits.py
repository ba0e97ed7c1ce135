"""What one request may ask for. Every limit has its own code, says what was asked and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request; sizes in bytes, `seconds` for the statement."""

    body: int = 8_000_000
    document: int = 200_000
    tokens: int = 5_000
    depth: int = 20
    aliases: int = 100
    directives: int = 50
    fields: int = 1_000
    rows: int = 2_000
    cost: int = 100_000
    seconds: float = 30.0


class LimitExceeded(GraphQLError):
    """A request asks for more than one may; nothing was done."""

    def __init__(self, code: str, what: str, asked: float, limit: float) -> None:
        """Say what was asked and what is allowed."""
        message = f"{what}: {asked:,} where at most {limit:,} are allowed."
        super().__init__(message, extensions={"code": code, "limit": limit, "asked": asked})


def check_tokens(error: GraphQLError, limits: Limits) -> GraphQLError:
    """graphql-core's own refusal of too many tokens, under our code."""
    return GraphQLError(
        f"The document has more than {limits.tokens:,} tokens. Pass values as variables, or split it.",
        source=error.source,
        positions=error.positions,
        extensions={"code": "TOO_MANY_TOKENS", "limit": limits.tokens},
    )


@dataclass(slots=True)
class _Size:
    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def add(self, other: _Size) -> None:
        self.depth = max(self.depth, other.depth)
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives


@dataclass(slots=True)
class _Measure:
    """Sizes with fragments spread, each fragment measured once: doubling fragments cost nothing here."""

    fragments: dict[str, FragmentDefinitionNode]
    known: dict[str, _Size] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode | None) -> _Size:
        size = _Size()
        for selection in selections.selections if selections else ():
            size.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                size.add(self._field(selection))
            elif isinstance(selection, FragmentSpreadNode):
                size.add(self._fragment(selection.name.value))
            else:
                size.add(self.of(getattr(selection, "selection_set", None)))
        return size

    def _field(self, node: FieldNode) -> _Size:
        if node.name.value.startswith("__"):
            return _Size(1, 1, 1 if node.alias else 0)
        below = self.of(node.selection_set)
        return _Size(below.depth + 1, below.fields + 1, below.aliases + (1 if node.alias else 0), below.directives)

    def _fragment(self, name: str) -> _Size:
        if name not in self.known:
            self.known[name] = _Size()  # a cycle ends here; validation refuses it
            fragment = self.fragments.get(name)
            self.known[name] = self.of(fragment.selection_set) if fragment else _Size()
        return self.known[name]


def check_size(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that is too deep or too wide, before it is validated. Raises LimitExceeded."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    measure = _Measure(fragments)
    parts: list[Any] = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    for size in [measure.of(part.selection_set) for part in (*parts, *fragments.values())]:
        for code, what, asked, limit in (
            ("TOO_DEEP", "The document nests too deep", size.depth, limits.depth),
            ("TOO_MANY_ALIASES", "The document has too many aliases", size.aliases, limits.aliases),
            ("TOO_MANY_DIRECTIVES", "The document has too many directives", size.directives, limits.directives),
            ("TOO_MANY_FIELDS", "The document selects too many fields", size.fields, limits.fields),
        ):
            if asked > limit:
                raise LimitExceeded(code, what, asked, limit)


def check_cost(cost: int, limits: Limits) -> None:
    """Refuse a query that would read too much, before the engine is asked. Raises LimitExceeded."""
    if cost > limits.cost:
        raise LimitExceeded(
            "TOO_COSTLY", "The query would read too many rows; ask for smaller pages", cost, limits.cost
        )
