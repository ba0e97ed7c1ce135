"""The statements about organisations that stages ask, built from their criteria: the one place of journeys that makes Cypher.

Each takes `$now` in epoch milliseconds beside its own parameters, and leaves merged and deleted organisations out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.criteria import Criterion, ParameterBag, compile_explanation, compile_predicate
from graph.criteria.cypher_snapshot import SnapshotQuery, compile_snapshot
from graph.criteria.cypher_values import quoted
from graph.criteria.tree import Clause

__all__ = [
    "Compiled",
    "counting",
    "entering",
    "explaining",
    "explaining_all",
    "having",
    "matching",
    "stepping",
    "worth",
]

_STAYS = """COLLECT {
  MATCH (o)-[:STAYED]->(jy_s:Stay)
  RETURN [jy_s.stage, jy_s.n, jy_s.version, jy_s.enteredAt.epochMillis, jy_s.backfilled, jy_s.byHand, jy_s.applicable,
          jy_s.holding, jy_s.exitedAt.epochMillis, jy_s.outcome, jy_s.reason, jy_s.entryGone, jy_s.lateEvidence,
          CASE WHEN jy_s.organisation <> o.id THEN jy_s.organisation END,
          COLLECT {
            MATCH (jy_s)-[jy_a:ACHIEVED]->(jy_x:Objective)
            RETURN [jy_x.key, jy_a.at.epochMillis, jy_a.instant, jy_a.manual, jy_a.outOfOrder]
          }]
}"""
"""An expression: every stay of an organisation, as `stay_from` takes them."""
_EVERY = "MATCH (o:Organisation) WHERE o.uncounted IS NULL"


@dataclass(frozen=True)
class Compiled:
    """A statement and its parameters, `now` and what is asked for besides left out."""

    text: str
    parameters: Mapping[str, Any]


def stepping(
    properties: Mapping[str, str], clauses: frozenset[Clause], written: Mapping[str, str]
) -> tuple[SnapshotQuery, Compiled]:
    """What a step reads of organisations (`$ids`): in one record `rows`, of each its id, values and met for the reading, stored, stays."""
    bag = ParameterBag("jy")
    reading = compile_snapshot(properties, clauses, "organisation", {"organisation": "o"}, bag)
    stored = ", ".join(_stored(name, kind) for name, kind in written.items())
    text = (
        "UNWIND $ids AS id MATCH (o:Organisation {id: id}) WHERE o.uncounted IS NULL "
        f"WITH o.id AS id, {reading.values} AS values, {reading.answers} AS met, [{stored}] AS stored, {_STAYS} AS stays "
        "RETURN collect([id, values, met, stored, stays]) AS rows"
    )
    return reading, Compiled(text, bag.values)


def _stored(name: str, kind: str) -> str:
    """A generated or calculated attribute as it is stored; instants as milliseconds, which cost the driver a hundredth of its own."""
    return f"o.{quoted(name)}.epochMillis" if kind == "datetime" else f"o.{quoted(name)}"


def explaining(criterion: Criterion | None) -> Compiled:
    """What a criterion meets at one organisation (`$organisation`), and its stays: `met`, `stays`."""
    bag = ParameterBag("jx")
    met = "null" if criterion is None else compile_explanation(criterion, "o", bag)
    return Compiled(f"MATCH (o:Organisation {{id: $organisation}}) RETURN {met} AS met, {_STAYS} AS stays", bag.values)


def explaining_all(criteria: Sequence[Criterion], label: str) -> Compiled:
    """What each of some criteria meets at one node (`$id`) of the label they are about: `met`, a list."""
    bag = ParameterBag("jx")
    met = ", ".join(compile_explanation(each, "n", bag) for each in criteria)
    return Compiled(f"MATCH (n:{label} {{id: $id}}) RETURN [{met}] AS met", bag.values)


def entering(criterion: Criterion) -> Compiled:
    """Who would enter a stage (`$stage`): `entering`, and ids of `some` (`$sample`); those who may come back if `$again`."""
    bag = ParameterBag("jp")
    text = (
        f"{_EVERY} AND {compile_predicate(criterion, 'o', bag)} "
        "AND NOT EXISTS { MATCH (o)-[:STAYED]->(s:Stay) WHERE s.stage = $stage AND (s.open OR NOT $again) } "
        "WITH o.id AS id ORDER BY id RETURN count(id) AS entering, collect(id)[0..$sample] AS some"
    )
    return Compiled(text, bag.values)


def having(properties: Sequence[str]) -> Compiled:
    """How many have each property, and when one that has it was last seen: `every`, `n0`, `at0` (epoch milliseconds) and so on."""
    names = [quoted(name) for name in properties]
    columns = [
        f"count(o.{name}) AS n{i}, max(CASE WHEN o.{name} IS NOT NULL THEN o.lastSeenAt.epochMillis END) AS at{i}"
        for i, name in enumerate(names)
    ]
    return Compiled(f"{_EVERY} RETURN {', '.join(['count(o) AS every', *columns])}", {})


def matching(criterion: Criterion) -> Compiled:
    """The `ids` of those of whom a criterion holds."""
    bag = ParameterBag("jr")
    holds = compile_predicate(criterion, "o", bag)
    return Compiled(f"{_EVERY} AND {holds} RETURN collect(o.id) AS ids", bag.values)


def counting(criteria: Sequence[Criterion]) -> Compiled:
    """Of how many each criterion holds: `n0`, `n1` and so on."""
    bag = ParameterBag("jt")
    columns = [
        f"count(CASE WHEN {compile_predicate(each, 'o', bag)} THEN 1 END) AS n{i}" for i, each in enumerate(criteria)
    ]
    return Compiled(f"{_EVERY} RETURN {', '.join(columns)}", bag.values)


def worth(name: str) -> Compiled:
    """The value of a numeric property where there is one: `id`, `worth`."""
    value = f"o.{quoted(name)}"
    return Compiled(f"{_EVERY} AND {value} IS NOT NULL RETURN o.id AS id, toFloat({value}) AS worth", {})
