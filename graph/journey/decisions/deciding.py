"""A batch of organisations taken through a step: what is known of each read at once, what was decided written at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import queries
from graph.attributes.catalogue import Catalogue, Definition
from graph.calculated.definition import Calculated, Holder, calculated_attribute
from graph.clock import from_epoch_ms
from graph.criteria import CriteriaError, mentioned, parse, parse_formula
from graph.criteria.cypher_snapshot import SnapshotQuery
from graph.criteria.mentions import attributes
from graph.criteria.tree import Did, clauses
from graph.journey.decisions.cypher import Compiled, stepping
from graph.journey.decisions.program import Goal, Journeys, compile_journeys
from graph.journey.decisions.rows import achieved_rows, stay_from, stay_key, stay_row
from graph.journey.decisions.stay import Stay, all_done
from graph.journey.decisions.step import At, Decided, step
from graph.journey.definitions.stored import Ask, Library

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["JourneyProgram", "Outcome", "compile_program", "decide", "decide_batch"]


@dataclass(frozen=True)
class JourneyProgram:
    """Everything that steps of many organisations take, compiled once for one state of the definitions.

    `statement` takes `$ids` and `$now`. `properties` are what is written of organisations. `stale` are stages that not
    every organisation was looked at for, `fresh` the keys of calculated attributes of which not every one has its value,
    with the instants of their change in epoch milliseconds; `backfilling` are stages that have just gone live.
    """

    journeys: Journeys
    reading: SnapshotQuery
    statement: Compiled
    properties: tuple[str, ...]
    stale: tuple[tuple[str, int], ...]
    fresh: tuple[tuple[str, int], ...]
    backfilling: frozenset[str]
    happenings: Mapping[str, tuple[str, ...]]
    """By objective, the names of the events that may have completed it."""


@dataclass(frozen=True)
class Outcome:
    """What a step gave one organisation: generated and calculated attributes that changed, when it is due next, and whether it moved."""

    values: dict[str, Any]
    due: int | None
    moved: bool = False


def compile_program(
    library: Library, catalogue: Catalogue, calculated: Sequence[Calculated] = ()
) -> JourneyProgram | None:
    """The program for journeys and organisations' calculated attributes as they are defined; None without either."""
    usable = [each for each in calculated if not each.removed and each.entity == "organisation"]
    journeys = compile_journeys(library.journeys, library.versions, catalogue, usable)
    if not journeys.stages and not journeys.calculations:
        return None
    written = {**journeys.generated, **{each.property: "float" for each in journeys.calculations}}
    reading, statement = stepping(journeys.properties, journeys.clauses, written)
    happenings = {
        goal.key: tuple(sorted(_happenings(goal, catalogue)))
        for stage in journeys.stages
        if stage.live
        for goal in stage.now.goals
    }
    return JourneyProgram(
        journeys,
        reading,
        statement,
        tuple(written),
        library.stale,
        tuple((each.key, each.stale_since) for each in usable if each.stale_since is not None),
        library.backfilling,
        happenings,
    )


def _happenings(goal: Goal, catalogue: Catalogue) -> Iterable[str]:
    """The names of events that an objective counts, itself or by a roll-up that it reads, also by way of what is calculated."""
    if goal.objective.criteria is not None:
        yield from _counted(goal.objective.criteria, catalogue)


def _counted(criterion: str, catalogue: Catalogue, subject: Holder = "organisation") -> Iterable[str]:
    for clause in clauses(parse(criterion, subject=subject, catalogue=catalogue).root):
        if isinstance(clause, Did):
            yield clause.event
        for attribute in attributes(clause):
            yield from _counted_by(attribute.definition, catalogue)


def _counted_by(definition: Definition, catalogue: Catalogue) -> Iterable[str]:
    """The names of events behind an attribute; a calculated one that stopped making sense has none behind it."""
    if definition.roll_up is not None and (name := json.loads(definition.roll_up).get("eventName")):
        yield name
    try:
        if definition.formula is not None:
            formula = parse_formula(definition.formula, subject=definition.entity, catalogue=catalogue)  # type: ignore[arg-type]
            for attribute in mentioned(formula):
                yield from _counted_by(attribute.definition, catalogue)
        if definition.score is not None:
            calculated = calculated_attribute(definition)
            for rule in calculated.score:
                yield from _counted(rule.criterion, catalogue, calculated.entity)
    except CriteriaError:
        return


async def decide_batch(
    transaction: Transaction,
    program: JourneyProgram,
    at: Mapping[str, At],
    now: int,
    steady: Mapping[str, int | None],
    unwritten: Mapping[str, Mapping[str, Any]],
) -> dict[str, Outcome]:
    """Take organisations through a step at `now` (epoch milliseconds), each with its own facts.

    `unwritten` are values of theirs that the graph need not have yet. Of `steady` ones it is known that nothing moves them
    now, and when they are due next: their step is not worked out.
    Stays are written; what the organisations themselves are to be given is returned. Merged and deleted ones move no more.
    """
    moving = {id: each for id, each in at.items() if id not in steady}
    steps = await _steps(transaction.rows, program, moving, now, unwritten) if moving else []
    moved = [each for each in steps if each.decided.changed]
    if moved:
        await _write(transaction, moved, await _evidence(transaction, moved))
    return {id: Outcome({}, due) for id, due in steady.items()} | {each.id: each.outcome() for each in steps}


async def decide(ask: Ask, program: JourneyProgram, at: Mapping[str, At], now: int) -> dict[str, Decided]:
    """What such a step would decide of each; nothing is written."""
    return {each.id: each.decided for each in await _steps(ask, program, at, now)}


async def _steps(
    ask: Ask,
    program: JourneyProgram,
    at: Mapping[str, At],
    now: int,
    unwritten: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> list[_Step]:
    given = {**program.statement.parameters, "ids": list(at), "now": now}
    (found,) = await ask(program.statement.text, given)
    return [_Step(row, program, at[row[0]], unwritten.get(row[0], {})) for row in found["rows"]]


class _Step:
    """One organisation's step within a batch."""

    def __init__(self, row: Sequence[Any], program: JourneyProgram, at: At, unwritten: Mapping[str, Any]) -> None:
        self.id: str
        self.id, values, met, stored, stays = row
        self.program = program
        self.at = at
        self.before = [stay_from(each) for each in stays]
        self.stored = dict(zip(program.properties, stored, strict=True))
        known = program.reading.snapshot(values, met)
        known.values.update({name: value for name, value in unwritten.items() if name in known.values})
        self.decided: Decided = step(program.journeys, known, self.before, at, backfilled=program.backfilling)

    def outcome(self) -> Outcome:
        """What is to be written of the organisation itself."""
        values = {**self.decided.generated, **self.decided.calculated}
        before = self.stored
        # most are nothing, and were
        changed = {
            name: value for name, value in values.items() if value is not before[name] and _differs(value, before[name])
        }
        gone = {name: None for name, before in self.stored.items() if before is not None and name not in values}
        return Outcome({**changed, **gone}, self.decided.due, bool(self.decided.changed))

    def known_before(self, stay: Stay) -> Stay | None:
        """The same stay before this step."""
        return next((each for each in self.before if each.identity == stay.identity), None)

    def done(self, stay: Stay) -> bool:
        """Whether all that counts in a stay is complete."""
        stage = self.program.journeys.by_key[stay.stage]
        return stage.live and all_done(stage.rules(stay.version).counting, stay)

    def asked(self) -> Iterable[tuple[Stay, str, tuple[str, ...], int]]:
        """The objectives just achieved that an event may have completed: stay, key, event names, until when."""
        for stay in self.decided.changed:
            before = self.known_before(stay)
            for key, one in stay.achieved.items():
                names = self.program.happenings.get(key, ())
                if names and not one.instant and (before is None or key not in before.achieved):
                    yield stay, key, names, self.at.now


Evidence = Mapping[str, Mapping[str, tuple[str | None, str | None]]]
"""By stay (its key) and objective: the event and the person."""


async def _evidence(transaction: Transaction, steps: Sequence[_Step]) -> Evidence:
    """The latest event behind each objective just achieved, and who did it."""
    asked = [(each.id, stay, key, names, until) for each in steps for stay, key, names, until in each.asked()]
    if not asked:
        return {}
    rows = [
        {"number": i, "organisation": id, "names": list(names), "until": until}
        for i, (id, _, _, names, until) in enumerate(asked)
    ]
    found: dict[str, dict[str, tuple[str | None, str | None]]] = {}
    for row in await transaction.rows(queries.text("journey/evidence"), {"rows": rows}):
        id, stay, key, *_ = asked[row["number"]]
        found.setdefault(stay_key(id, stay), {})[key] = (row["event"], row["person"])
    return found


async def _write(transaction: Transaction, steps: Sequence[_Step], evidence: Evidence) -> None:
    stays: list[dict[str, Any]] = []
    achieved: list[dict[str, Any]] = []
    for each in steps:
        for stay in each.decided.changed:
            mine = evidence.get(stay_key(each.id, stay), {})
            stays.append(stay_row(each.id, stay, done=each.done(stay)))
            achieved += achieved_rows(each.id, stay, each.known_before(stay), mine)
    await transaction.execute(queries.text("journey/write_stays"), {"stays": stays, "achieved": achieved})


def _differs(value: Any, stored: Any) -> bool:
    """Whether a value is another than the stored one; who is not a member and never was needs no word of it."""
    if stored is None:
        return value is not None and value is not False
    return bool(value != (from_epoch_ms(stored) if isinstance(value, datetime) else stored))
