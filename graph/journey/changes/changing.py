"""Changing journeys: stages and objectives saved, made live, paused, archived; each change checked and versioned (J9)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import queries
from graph.attributes.catalogue import Catalogue, Definition, load_catalogue
from graph.attributes.grounding import ground
from graph.clock import epoch_ms
from graph.errors import UserMistake
from graph.journey.changes.foreseeing import Foreseen, NeedsConfirmation, foresee
from graph.journey.definitions.checking import (
    check_objective,
    check_stage,
    check_status,
    next_status,
    no_such_objective,
)
from graph.journey.definitions.definition import Objective, Stage, StageStatus
from graph.journey.definitions.generated import generated_definitions
from graph.journey.definitions.stored import Library, load_library, read_library
from graph.journey.definitions.told import Told, in_words, objective_told, stage_told

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = [
    "Changed",
    "remove_objective",
    "save_objective",
    "save_stage",
    "set_stage_status",
    "tell_objective",
    "tell_stage",
]

Change = Callable[[Library, Catalogue], Stage]
"""From what is defined to the stage as it shall be. Raises UserMistake."""


@dataclass(frozen=True)
class Changed:
    """A stage as it is after a change, and whom the change moves at once; None where that is nobody."""

    stage: Stage
    foreseen: Foreseen | None


# Each change of a live or paused stage that strands or floods raises NeedsConfirmation, and is made with `confirm`.


async def save_stage(graph: Graph, clock: Clock, stage: Stage, *, confirm: bool = False) -> Changed:
    """Save a new stage as a draft, or change the one of that key; its status and objectives stay. Raises UserMistake."""
    return await _changed(graph, clock, lambda library, catalogue: _saved(library, catalogue, stage), confirm=confirm)


async def tell_stage(graph: Graph, clock: Clock, told: Told, *, confirm: bool = False) -> Changed:
    """The same from what is told of a stage: what is absent stays as it is. Raises UserMistake."""
    return await _changed(
        graph,
        clock,
        lambda library, catalogue: _saved(library, catalogue, stage_told(told, library)),
        confirm=confirm,
    )


def _saved(library: Library, catalogue: Catalogue, stage: Stage) -> Stage:
    known = library.stage(stage.key)
    if known is None:
        made = replace(stage, status="DRAFT", version=1, objectives=())
    elif known.status == "ARCHIVED":
        raise UserMistake("ARCHIVED", f"stage {stage.key!r} is archived and can't be changed.", "key")
    else:
        made = replace(stage, status=known.status, version=known.version, objectives=known.objectives)
    check_stage(made, catalogue)
    return made


async def save_objective(
    graph: Graph, clock: Clock, stage: str, objective: Objective, *, confirm: bool = False
) -> Changed:
    """Save an objective in a stage, new at the end or changed in its place. Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:
        return _with(library, catalogue, library.known_stage(stage), objective)

    return await _changed(graph, clock, change, confirm=confirm)


async def tell_objective(graph: Graph, clock: Clock, stage: str, told: Told, *, confirm: bool = False) -> Changed:
    """The same from what is told of an objective: what is absent stays as it is. Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:
        known = library.known_stage(stage)
        return _with(library, catalogue, known, objective_told(told, known.objective(told["key"])))

    return await _changed(graph, clock, change, confirm=confirm)


def _with(library: Library, catalogue: Catalogue, stage: Stage, objective: Objective) -> Stage:
    check_objective(stage, objective, library.stages, catalogue)
    kept = [objective if each.key == objective.key else each for each in stage.objectives]
    objectives = kept if stage.objective(objective.key) else [*kept, objective]
    return replace(stage, objectives=tuple(objectives))


async def remove_objective(graph: Graph, clock: Clock, stage: str, objective: str, *, confirm: bool = False) -> Changed:
    """Take an objective out of a stage; what was achieved stays recorded (J9). Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:  # noqa: ARG001 - a change takes both
        known = library.known_stage(stage)
        if known.objective(objective) is None:
            raise no_such_objective(objective, (each.key for each in known.objectives))
        left = replace(known, objectives=tuple(each for each in known.objectives if each.key != objective))
        check_status(left, left.status)
        return left

    return await _changed(graph, clock, change, confirm=confirm)


async def set_stage_status(
    graph: Graph, clock: Clock, stage: str, status: StageStatus, *, confirm: bool = False
) -> Changed:
    """Make a stage live, pause, resume or archive it; of these only resuming may have to be confirmed. Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:
        known = library.known_stage(stage)
        next_status(known, status)
        changed = replace(known, status=status)
        if status == "LIVE":
            check_stage(changed, catalogue)
        return changed

    return await _changed(graph, clock, change, confirm=confirm)


async def _changed(graph: Graph, clock: Clock, change: Change, *, confirm: bool) -> Changed:
    catalogue, library = await load_catalogue(graph), await load_library(graph)
    now = epoch_ms(clock.now())
    wanted = change(library, catalogue)
    foreseen = await foresee(graph, library, catalogue, wanted, now)
    if foreseen is not None and foreseen.grave and not confirm:
        raise NeedsConfirmation({wanted.key: foreseen})

    async def work(transaction: Transaction) -> Stage:
        # First the lock that evaluators take: what they compiled is outdated from here on.
        await transaction.execute(queries.text("rollups/revise"), {})
        library = await read_library(transaction)
        wanted = change(library, catalogue)
        known = library.stage(wanted.key)
        if known is not None and known.to_json() != wanted.to_json() and known.status in ("LIVE", "PAUSED"):
            wanted = replace(wanted, version=known.version + 1)
            await _remember(transaction, known, now)
        if wanted != known:
            _refuse_taken(wanted, catalogue)
            await _store(transaction, wanted, known, library, now)
        return wanted

    return Changed(await graph.write(work), foreseen)


async def _remember(transaction: Transaction, stage: Stage, now: int) -> None:
    definition = json.dumps(stage.to_json(), ensure_ascii=False)
    given = {"stage": stage.key, "version": stage.version, "definition": definition, "now": now}
    await transaction.execute(queries.text("journey/save_version"), given)


async def _store(transaction: Transaction, stage: Stage, known: Stage | None, library: Library, now: int) -> None:
    going_live = stage.status == "LIVE" and (known is None or known.status == "DRAFT")
    backfilling = going_live or (stage.key in library.backfilling and stage.status == "LIVE")
    moves = stage.status == "LIVE" or (known is not None and known.status == "LIVE")
    given = {**_parameters(stage), "stale_since": now if moves else None, "backfilling": backfilling}
    await transaction.execute(queries.text("journey/save_stage"), given)
    rows = [{**asdict(each), "after": list(each.after), "position": i} for i, each in enumerate(stage.objectives)]
    await transaction.execute(
        queries.text("journey/save_objectives"), {"stage": stage.key, "objectives": rows, "now": now}
    )
    if stage.status == "ARCHIVED":
        await transaction.execute(queries.text("journey/archive"), {"stage": stage.key, "now": now})
    generated = generated_definitions(stage)
    await transaction.execute(queries.text("journey/generate"), {"definitions": [_entry(each) for each in generated]})
    await ground(transaction, [each.property for each in generated])


def _parameters(stage: Stage) -> dict[str, Any]:
    return {
        "journey": stage.journey,
        "journey_name": in_words(stage.journey),
        "key": stage.key,
        "name": stage.name,
        "description": stage.description,
        "position": stage.position,
        "status": stage.status,
        "entry": stage.entry,
        "exit_mode": stage.exit.mode,
        "exit_days": stage.exit.days,
        "exit_criteria": stage.exit.criteria,
        "completed_when": stage.exit.completed_when,
        "reentry": stage.reentry.mode,
        "reentry_days": stage.reentry.days,
        "version": stage.version,
    }


def _entry(definition: Definition) -> dict[str, Any]:
    return {
        "key": f"organisation:{definition.name}",
        "name": definition.name,
        "type": definition.type,
        "category": definition.category,
        "description": definition.description,
    }


def _refuse_taken(stage: Stage, catalogue: Catalogue) -> None:
    """See that nothing else has the names that a stage and its objectives generate."""
    for definition in generated_definitions(stage):
        known = catalogue.find("organisation", definition.name)
        if known is not None and known.name == definition.name and known.origin != "generated":
            said = f"organisations have an attribute {definition.name!r} already ({known.origin}); choose another key"
            raise UserMistake("NAME_TAKEN", said, "key")
