"""A random history written to a graph: facts as rows, stages as saved, values as read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import queries
from graph.clock import Clock, epoch_ms, from_epoch_ms
from graph.computed import define_roll_up
from graph.engine import Graph, Transaction
from graph.journey.changes.journeys import save_journey
from graph.journey.changes.stages import remove_objective, save_objective, save_stage
from graph.journey.definitions.definition import Journey, Objective, Stage
from graph.journey.definitions.generated import generated_definitions
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.facts import Ended, Event, Fact, Member, Value
from tests.graph.journey.worlds import INGESTED, PEOPLE, History, rules_of

Row = dict[str, Any]
Text = Callable[[str], str]

_COUNTED = re.compile(r"did '(\w)'(?: at least (\d+) times)?(?: within last (\d+) days)?")
_KNOWN = """
UNWIND $rows AS r
CREATE (:AttributeDefinition {
  key: r[0] + ':' + r[1], entity: r[0], name: r[1], type: r[2], origin: 'ingested', spellings: [r[1]]
})
"""


# ---------------------------------------------------------------- facts


def row_of(fact: Fact) -> Row:
    common: Row = {"source": "crm", "observedAt": iso(fact.stated_at)}
    there = {"organisation": {"identity": organisation_id(fact.organisation)}}
    match fact.what:
        case Value(name, value):
            attributes = {name: _value(name, value)}
            return {
                "type": "organisation",
                "identities": [organisation_id(fact.organisation)],
                **common,
                "attributes": attributes,
            }
        case Event(name):
            row = {"type": "event", "id": str(fact.stated_at), "name": name, "occurredAt": iso(fact.stated_at), **there}
            who = (*PEOPLE, None)[fact.stated_at % 3]  # performed by a person, or recorded of the organisation
            return row if who is None else {**row, "person": {"identity": user_id(who)}}
        case Member(person, role, since, until, seen):
            bounds = {"since": since, "until": until}
            row = {"type": "membership", "person": {"identity": user_id(person)}, **there, **common}
            row |= {name: iso(at) for name, at in bounds.items() if at is not None}
            row |= {} if role is None else {"role": role}
            return row | ({} if seen is None else {"attributes": {"seen_at": iso(seen)}})
        case Ended(person, until):
            row = {"type": "end_membership", "person": {"identity": user_id(person)}, **there, **common}
            return {**row, "until": iso(until)}
    raise AssertionError(fact)


def organisation_id(name: str) -> dict[str, str]:
    return {"kind": "organisation_id", "value": name}


def user_id(person: str) -> dict[str, str]:
    return {"kind": "user_id", "value": person}


def iso(at: int) -> str:
    return from_epoch_ms(at).isoformat()


def _value(name: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return iso(value) if INGESTED[name] == "datetime" and value is not None else value


def plain(value: Any) -> Any:
    """An instant as epoch milliseconds, whatever it was read as."""
    native = value.to_native() if hasattr(value, "to_native") else value
    return epoch_ms(native) if hasattr(native, "tzinfo") else native


# ---------------------------------------------------------------- definitions


def counted_by_criteria(rule: str) -> str:
    return str(rule)


def counted_by_roll_ups(rule: str) -> str:
    """The same rule, over stored roll-ups where it counts events."""
    return _COUNTED.sub(lambda found: f"{_roll_up(found[1], found[3])} >= {found[2] or 1}", str(rule))


def _roll_up(event: str, days: str | None) -> str:
    return f"{event.lower()}_{days or 'ever'}"


async def define_roll_ups(graph: Graph, clock: Clock, history: History) -> None:
    rules = [rule for stage in history.stages for rule in rules_of(stage)]
    for event, days in sorted({(name, days) for rule in rules for name, _, days in _COUNTED.findall(rule)}):
        roll_up = RollUp("COUNT", "EVENTS", event_name=event, window_days=int(days) if days else None)
        await define_roll_up(graph, clock, StoredRollUp(_roll_up(event, days), roll_up))


async def make_known(graph: Graph, stages: Iterable[Stage]) -> None:
    """Tell the catalogue what criteria will name, before anything has it: stages may speak of each other."""
    rows = [["organisation", name, kind] for name, kind in INGESTED.items()]
    rows.append(["membership", "seen_at", "datetime"])
    generated = {each.name: each for stage in stages for each in generated_definitions(stage)}
    entries = [
        {"key": f"organisation:{name}", "name": name, "type": one.type, "category": None, "description": None}
        for name, one in generated.items()
    ]

    async def work(transaction: Transaction) -> None:
        await transaction.execute(_KNOWN, {"rows": rows})
        await transaction.execute(queries.text("journey/generate"), {"definitions": entries})

    await graph.write(work)


async def save_draft(graph: Graph, clock: Clock, journey: Journey, text: Text) -> None:
    await save_journey(graph, clock, journey.key, exclusive=journey.exclusive)
    for stage in (_written(each, text) for each in journey.stages):
        await save_stage(graph, clock, stage)
        for objective in stage.objectives:
            await save_objective(graph, clock, stage.key, replace(objective, after=()))
        for objective in stage.objectives:
            if objective.after:  # the objectives before it exist by now
                await save_objective(graph, clock, stage.key, objective)


async def save_changes(graph: Graph, clock: Clock, known: Stage, stage: Stage, text: Text) -> None:
    written = _written(stage, text)
    if (known.entry, known.exit, known.reentry) != (stage.entry, stage.exit, stage.reentry):
        await save_stage(graph, clock, written)
    for objective in known.objectives:
        if stage.objective(objective.key) is None:
            await remove_objective(graph, clock, stage.key, objective.key)
    for before, after in zip(stage.objectives, written.objectives, strict=True):
        if known.objective(before.key) != before:
            await save_objective(graph, clock, stage.key, after)


def _written(stage: Stage, text: Text) -> Stage:
    def written(rule: str | None) -> str | None:
        return None if rule is None else text(rule)

    def objective(each: Objective) -> Objective:
        return replace(each, criteria=written(each.criteria), applies_to=written(each.applies_to))

    exit_ = replace(
        stage.exit, criteria=written(stage.exit.criteria), completed_when=written(stage.exit.completed_when)
    )
    objectives = tuple(objective(each) for each in stage.objectives)
    return replace(stage, entry=text(stage.entry), exit=exit_, objectives=objectives)
