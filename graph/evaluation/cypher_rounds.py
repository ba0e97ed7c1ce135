"""The statements that read the values from which attributes of people and memberships are calculated."""

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
    """Return the query for people (`$ids`), or memberships of organisations (`$ids`), at `$now`, its text and parameters.

    `rows` are lists: a node's id, the one of `$ids` that it belongs to, values and answers for the snapshot, stored values.
    """
    bag = ParameterBag("rr")
    match, alias, home = _NODES[entity]
    query = compile_snapshot(properties, clauses, entity, _ALIASES, bag)
    stored = ", ".join(f"{alias}.{quoted(name)}" for name in written)
    text = (
        f"{match} WITH {alias}.id AS id, {home}.id AS home, {query.values} AS values, {query.answers} AS answers, "
        f"[{stored}] AS stored RETURN collect([id, home, values, answers, stored]) AS rows"
    )
    return query, text, bag.values
