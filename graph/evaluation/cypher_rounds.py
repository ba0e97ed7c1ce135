"""The statements that read what calculated attributes of people and memberships are worked out from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from graph.criteria import ParameterBag
from graph.criteria.cypher_snapshot import SnapshotQuery, compile_snapshot
from graph.criteria.cypher_values import quoted
from graph.criteria.tree import Clause

__all__ = ["reading_statement"]

_PEOPLE = "UNWIND $ids AS id MATCH (p:Person {id: id})"
_MEMBERSHIPS = (
    "UNWIND $ids AS id MATCH (o:Organisation {id: id})<-[:IN_ORGANISATION]-(m)"
    "<-[:HAS_MEMBERSHIP]-(p) WHERE m.uncounted IS NULL"
)
_NODES = {"person": (_PEOPLE, "p", "p"), "membership": (_MEMBERSHIPS, "m", "o")}
_ALIASES = {"person": "p", "membership": "m", "organisation": "o"}


def reading_statement(
    entity: Literal["person", "membership"],
    properties: Mapping[str, str],
    clauses: Iterable[Clause],
    written: Sequence[str],
) -> tuple[SnapshotQuery, str, Mapping[str, Any]]:
    """What is read of people (`$ids`), or of memberships of organisations (`$ids`), at `$now`; the text and its parameters.

    `rows` are lists: a node's id, the one of `$ids` that it is of, values and met for the reading, and the properties written.
    """
    bag = ParameterBag("rr")
    match, alias, home = _NODES[entity]
    reading = compile_snapshot(properties, clauses, entity, _ALIASES, bag)
    stored = ", ".join(f"{alias}.{quoted(name)}" for name in written)
    text = (
        f"{match} WITH {alias}.id AS id, {home}.id AS home, {reading.values} AS values, {reading.answers} AS met, "
        f"[{stored}] AS stored RETURN collect([id, home, values, met, stored]) AS rows"
    )
    return reading, text, bag.values
