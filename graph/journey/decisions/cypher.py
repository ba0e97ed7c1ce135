"""Statements about organisations, built from the criteria of stages: the one compiler of Cypher in this room.

Each statement takes `$now` in epoch milliseconds beside its own parameters. Merged and deleted organisations are left out.
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
    "CompiledStatement",
    "counting_statement",
    "coverage_statement",
    "entrants_statement",
    "explanation_statement",
    "explanations_statement",
    "matching_statement",
    "step_statement",
    "worth_statement",
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
"""An expression: every stay of an organisation, as `stay_from` takes it."""
_EVERY = "MATCH (o:Organisation) WHERE o.uncounted IS NULL"


@dataclass(frozen=True)
class CompiledStatement:
    """A statement, and the parameters that its criteria need. `now` and the like are given at each call."""

    text: str
    parameters: Mapping[str, Any]


def step_statement(
    properties: Mapping[str, str], clauses: frozenset[Clause], written: Mapping[str, str]
) -> tuple[SnapshotQuery, CompiledStatement]:
    """Return the statement that reads organisations (`$ids`) for a step, and the reading that decodes its values.

    Its one record has `rows`: for each organisation its id, values, answers to clauses, stored attributes and stays.
    """
    bag = ParameterBag("jy")
    reading = compile_snapshot(properties, clauses, "organisation", {"organisation": "o"}, bag)
    stored = ", ".join(_stored(name, kind) for name, kind in written.items())
    text = (
        "UNWIND $ids AS id MATCH (o:Organisation {id: id}) WHERE o.uncounted IS NULL "
        f"WITH o.id AS id, {reading.values} AS values, {reading.answers} AS met, [{stored}] AS stored, {_STAYS} AS stays "
        "RETURN collect([id, values, met, stored, stays]) AS rows"
    )
    return reading, CompiledStatement(text, bag.values)


def _stored(name: str, kind: str) -> str:
    """Return the expression for a stored attribute. Instants come as milliseconds: the driver decodes its own type a hundred times slower."""
    return f"o.{quoted(name)}.epochMillis" if kind == "datetime" else f"o.{quoted(name)}"


def explanation_statement(criterion: Criterion | None) -> CompiledStatement:
    """Return the statement for the values behind a criterion at one organisation (`$organisation`), and its stays: `met`, `stays`."""
    bag = ParameterBag("jx")
    values = "null" if criterion is None else compile_explanation(criterion, "o", bag)
    text = f"MATCH (o:Organisation {{id: $organisation}}) RETURN {values} AS met, {_STAYS} AS stays"
    return CompiledStatement(text, bag.values)


def explanations_statement(criteria: Sequence[Criterion], label: str) -> CompiledStatement:
    """Return the statement for the values behind several criteria at one node (`$id`) of their label: `met`, a list."""
    bag = ParameterBag("jx")
    values = ", ".join(compile_explanation(each, "n", bag) for each in criteria)
    return CompiledStatement(f"MATCH (n:{label} {{id: $id}}) RETURN [{values}] AS met", bag.values)


def entrants_statement(criterion: Criterion) -> CompiledStatement:
    """Return the statement for organisations that would enter a stage (`$stage`): their number `entering`, and ids of `some`.

    `$sample` limits the ids. `$again` takes in those that were in the stage before.
    """
    bag = ParameterBag("jp")
    text = (
        f"{_EVERY} AND {compile_predicate(criterion, 'o', bag)} "
        "AND NOT EXISTS { MATCH (o)-[:STAYED]->(s:Stay) WHERE s.stage = $stage AND (s.open OR NOT $again) } "
        "WITH o.id AS id ORDER BY id RETURN count(id) AS entering, collect(id)[0..$sample] AS some"
    )
    return CompiledStatement(text, bag.values)


def coverage_statement(properties: Sequence[str]) -> CompiledStatement:
    """Return the statement for the coverage of properties: `every`, then `n0` and `at0` for the first, and so on.

    `every` counts all organisations, `n0` those with a value. `at0` is the last sight of one with a value, in epoch milliseconds.
    """
    names = [quoted(name) for name in properties]
    columns = [
        f"count(o.{name}) AS n{i}, max(CASE WHEN o.{name} IS NOT NULL THEN o.lastSeenAt.epochMillis END) AS at{i}"
        for i, name in enumerate(names)
    ]
    return CompiledStatement(f"{_EVERY} RETURN {', '.join(['count(o) AS every', *columns])}", {})


def matching_statement(criterion: Criterion) -> CompiledStatement:
    """Return the statement for the `ids` of matching organisations."""
    bag = ParameterBag("jr")
    holds = compile_predicate(criterion, "o", bag)
    return CompiledStatement(f"{_EVERY} AND {holds} RETURN collect(o.id) AS ids", bag.values)


def counting_statement(criteria: Sequence[Criterion]) -> CompiledStatement:
    """Return the statement for the number of matching organisations of each criterion: `n0`, `n1` and so on."""
    bag = ParameterBag("jt")
    columns = [
        f"count(CASE WHEN {compile_predicate(each, 'o', bag)} THEN 1 END) AS n{i}" for i, each in enumerate(criteria)
    ]
    return CompiledStatement(f"{_EVERY} RETURN {', '.join(columns)}", bag.values)


def worth_statement(name: str) -> CompiledStatement:
    """Return the statement for the organisations that have a value of a numeric property: `id`, `worth`."""
    value = f"o.{quoted(name)}"
    return CompiledStatement(f"{_EVERY} AND {value} IS NOT NULL RETURN o.id AS id, toFloat({value}) AS worth", {})
