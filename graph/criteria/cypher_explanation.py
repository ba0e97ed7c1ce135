"""The Cypher that fetches everything an explanation of a criterion needs to know of one node, in one map.

Clauses are numbered parents first. `v3` holds the values that clause 3 compares, in the order of `attributes`.
`f3` holds its next flip. For a clause about others, `s3` holds one map for each node that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.criteria.cypher import Compiler, bindings_of, match_neighbours, needs_neighbours
from graph.criteria.cypher_flips import Flips
from graph.criteria.cypher_values import Bindings
from graph.criteria.numbering import Numbered, numbered
from graph.criteria.parameters import StatementParameters
from graph.criteria.transport import encoded
from graph.criteria.tree import Attribute, Criterion, Did, Quantified, Span

__all__ = ["compile_explanation"]


def compile_explanation(
    criterion: Criterion,
    alias: str,
    parameters: StatementParameters,
    now: str = "$now",
    *,
    person: str | None = None,
    organisation: str | None = None,
) -> str:
    """Return an expression for the map of everything that `explain` and `evaluate` need to know of the node `alias`.

    It takes the same variables as `compile_predicate`.
    """
    compiler, bindings = Compiler(parameters, now), bindings_of(criterion, alias, parameters, person, organisation)
    fetched = _Fetch(compiler, Flips(compiler)).map(numbered(criterion.root), bindings)
    if not needs_neighbours(criterion, person, organisation):
        return fetched
    return f"COLLECT {{ {match_neighbours(bindings)} RETURN {fetched} }}[0]"


@dataclass(frozen=True)
class _Fetch:
    """Compiles the map of one node."""

    compiler: Compiler
    flips: Flips

    def map(self, node: Numbered, bindings: Bindings, name: str = "") -> str:
        """Return a Cypher map of the values of a clause and all below it."""
        return f"{{{', '.join([*([name] if name else []), *self._entries(node, bindings)])}}}"

    def _entries(self, node: Numbered, bindings: Bindings) -> Iterator[str]:
        clause = node.clause
        flip = self.flips.next(clause, bindings) if isinstance(clause, Span | Quantified | Did) else "null"
        if flip != "null":
            yield f"f{node.number}: {flip}"
        match clause:
            case Quantified():
                yield f"s{node.number}: {self._others(node, clause, bindings)}"
            case Did():
                yield f"v{node.number}: [{self.compiler.how_often(clause, bindings)}]"
            case _:
                values = [self._value(attribute, bindings) for attribute in node.attributes]
                yield from [f"v{node.number}: [{', '.join(values)}]"] if values else []
                for part in node.parts:
                    yield from self._entries(part, bindings)

    def _others(self, node: Numbered, clause: Quantified, bindings: Bindings) -> str:
        match_, inner, counted = self.compiler.traverse(clause, bindings)
        shown = f"{counted}.email, {counted}.id" if clause.to == "member" else f"{counted}.domain, {counted}.id"
        name = f"id: {counted}.id, name: coalesce({counted}.name, {shown})"
        return f"COLLECT {{ {match_} RETURN {self.map(node.parts[0], inner, name)} }}"

    def _value(self, attribute: Attribute, bindings: Bindings) -> str:
        return encoded(self.compiler.value(attribute, bindings), attribute.type, self.compiler.parameters)
