"""The Cypher that fetches a snapshot of one node: each property once, each clause about others once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.criteria.cypher import Compiler
from graph.criteria.cypher_flips import Flips
from graph.criteria.cypher_values import quoted
from graph.criteria.parameters import StatementParameters
from graph.criteria.snapshots import ClauseAnswer, Snapshot
from graph.criteria.transport import decoded, encoded
from graph.criteria.tree import Clause, Subject

__all__ = ["SnapshotQuery", "compile_snapshot"]


@dataclass(frozen=True)
class SnapshotQuery:
    """`values` and `answers` are Cypher lists about the node; `snapshot` makes a snapshot of what they return."""

    values: str
    answers: str
    properties: tuple[tuple[str, str], ...]
    clauses: tuple[Clause, ...]

    def snapshot(self, values: Sequence[Any], answers: Sequence[Any]) -> Snapshot:
        """Return the snapshot that two fetched lists describe."""
        known = {name: decoded(kind, value) for (name, kind), value in zip(self.properties, values, strict=True)}
        return Snapshot(known, {each: ClauseAnswer(*answers[2 * i : 2 * i + 2]) for i, each in enumerate(self.clauses)})


def compile_snapshot(
    properties: Mapping[str, str],
    clauses: Iterable[Clause],
    subject: Subject,
    aliases: Mapping[str, str],
    parameters: StatementParameters,
    now: str = "$now",
) -> SnapshotQuery:
    """Return the query for the properties of one node, given by `key_of` each with their types, and for clauses about it.

    `now` is an expression in epoch milliseconds.
    `aliases` are the variables of the subject and, for a membership, of its person and organisation, by entity.
    """
    compiler = Compiler(parameters, now)
    flips, bindings = Flips(compiler), {"subject": subject, **aliases}
    ordered = tuple(sorted(clauses, key=lambda each: each.text))
    answers = [text for each in ordered for text in (compiler.clause(each, bindings), flips.next(each, bindings))]
    values = [encoded(_property(key, subject, aliases), kind, parameters) for key, kind in properties.items()]
    return SnapshotQuery(f"[{', '.join(values)}]", f"[{', '.join(answers)}]", tuple(properties.items()), ordered)


def _property(key: str, subject: str, aliases: Mapping[str, str]) -> str:
    entity, dot, name = key.partition(".")
    return f"{aliases[entity]}.{quoted(name)}" if dot else f"{aliases[subject]}.{quoted(key)}"
