"""What many criteria read of one node, fetched at once: each property once, each clause about others once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.criteria.closures import Known, Met
from graph.criteria.cypher import Compiler
from graph.criteria.cypher_values import quoted
from graph.criteria.flips import Flips
from graph.criteria.parameters import Parameters
from graph.criteria.travelling import decoded, travelling
from graph.criteria.tree import Clause, Subject

__all__ = ["Reading", "compile_reading"]


@dataclass(frozen=True)
class Reading:
    """`values` and `met` are Cypher lists about the node; `known` makes of both what closures take."""

    values: str
    met: str
    properties: tuple[tuple[str, str], ...]
    clauses: tuple[Clause, ...]

    def known(self, values: Sequence[Any], met: Sequence[Any]) -> Known:
        """What the two lists say."""
        read = {name: decoded(kind, value) for (name, kind), value in zip(self.properties, values, strict=True)}
        answers = {clause: Met(*met[2 * i : 2 * i + 2]) for i, clause in enumerate(self.clauses)}
        return Known(read, answers)


def compile_reading(
    properties: Mapping[str, str],
    clauses: Iterable[Clause],
    subject: Subject,
    aliases: Mapping[str, str],
    parameters: Parameters,
    now: str = "$now",
) -> Reading:
    """How to fetch what closures read (by `key_of` each, with its type) and clauses of one node; `now` is in epoch milliseconds.

    `aliases` are the variables of the subject and, for a membership, of its person and organisation, by entity.
    """
    compiler = Compiler(parameters, now)
    flips, places = Flips(compiler), {"subject": subject, **aliases}
    ordered = tuple(sorted(clauses, key=lambda each: each.text))
    met = [text for each in ordered for text in (compiler.clause(each, places), flips.of(each, places))]
    values = [travelling(_property(key, subject, aliases), kind, parameters) for key, kind in properties.items()]
    return Reading(f"[{', '.join(values)}]", f"[{', '.join(met)}]", tuple(properties.items()), ordered)


def _property(key: str, subject: str, aliases: Mapping[str, str]) -> str:
    entity, dot, name = key.partition(".")
    return f"{aliases[entity]}.{quoted(name)}" if dot else f"{aliases[subject]}.{quoted(key)}"
