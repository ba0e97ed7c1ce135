"""Changes of stages and objectives: saved, made live, paused, archived. Each is checked, assessed and versioned (J9)."""

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
from graph.journey.changes.impact import ChangeImpact, NeedsConfirmation, assess_impact
from graph.journey.definitions.checking import (
    check_objective,
    check_stage,
    check_status,
    next_status,
    no_such_objective,
)
from graph.journey.definitions.definition import Objective, Stage, StageStatus
from graph.journey.definitions.generated import generated_definitions
from graph.journey.definitions.inputs import DefinitionInput, name_from_key, objective_from_input, stage_from_input
from graph.journey.definitions.stored import Library, load_library, read_library

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = [
    "SavedStage",
    "remove_objective",
    "save_objective",
    "save_objective_input",
    "save_stage",
    "save_stage_input",
    "set_stage_status",
]

Change = Callable[[Library, Catalogue], Stage]
"""From the definitions to the new form of a stage. Raises UserMistake."""


@dataclass(frozen=True)
class SavedStage:
    """A stage after a change, and the impact of the change; None if it moves nobody."""

    stage: Stage
    impact: ChangeImpact | None


# Every change of a live or paused stage that strands or floods raises NeedsConfirmation, unless it is made with `confirm`.


async def save_stage(graph: Graph, clock: Clock, stage: Stage, *, confirm: bool = False) -> SavedStage:
    """Save a new stage as a draft, or change the one of that key. Its status and objectives stay. Raises UserMistake."""
    return await _save(graph, clock, lambda library, catalogue: _merged(library, catalogue, stage), confirm=confirm)


async def save_stage_input(graph: Graph, clock: Clock, given: DefinitionInput, *, confirm: bool = False) -> SavedStage:
    """Save a stage from a partial input: absent fields stay as they are. Raises UserMistake."""
    return await _save(
        graph,
        clock,
        lambda library, catalogue: _merged(library, catalogue, stage_from_input(given, library)),
        confirm=confirm,
    )


def _merged(library: Library, catalogue: Catalogue, stage: Stage) -> Stage:
    """Return the stage to be stored: the given rules, with the status and objectives it has. Raises UserMistake."""
    known = library.stage(stage.key)
    if known is None:
        merged = replace(stage, status="DRAFT", version=1, objectives=())
    elif known.status == "ARCHIVED":
        raise UserMistake("ARCHIVED", f"stage {stage.key!r} is archived and can't be changed.", "key")
    else:
        merged = replace(stage, status=known.status, version=known.version, objectives=known.objectives)
    check_stage(merged, catalogue)
    return merged


async def save_objective(
    graph: Graph, clock: Clock, stage: str, objective: Objective, *, confirm: bool = False
) -> SavedStage:
    """Save an objective in a stage: a new one last, a known one in its place. Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:
        return _having_objective(library, catalogue, library.known_stage(stage), objective)

    return await _save(graph, clock, change, confirm=confirm)


async def save_objective_input(
    graph: Graph, clock: Clock, stage: str, given: DefinitionInput, *, confirm: bool = False
) -> SavedStage:
    """Save an objective from a partial input: absent fields stay as they are. Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:
        known = library.known_stage(stage)
        objective = objective_from_input(given, known.objective(given["key"]))
        return _having_objective(library, catalogue, known, objective)

    return await _save(graph, clock, change, confirm=confirm)


def _having_objective(library: Library, catalogue: Catalogue, stage: Stage, objective: Objective) -> Stage:
    check_objective(stage, objective, library.stages, catalogue)
    kept = [objective if each.key == objective.key else each for each in stage.objectives]
    objectives = kept if stage.objective(objective.key) else [*kept, objective]
    return replace(stage, objectives=tuple(objectives))


async def remove_objective(
    graph: Graph, clock: Clock, stage: str, objective: str, *, confirm: bool = False
) -> SavedStage:
    """Remove an objective from a stage. Its achievements stay recorded (J9). Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:  # noqa: ARG001 - a change takes both
        known = library.known_stage(stage)
        if known.objective(objective) is None:
            raise no_such_objective(objective, (each.key for each in known.objectives))
        rest = replace(known, objectives=tuple(each for each in known.objectives if each.key != objective))
        check_status(rest, rest.status)
        return rest

    return await _save(graph, clock, change, confirm=confirm)


async def set_stage_status(
    graph: Graph, clock: Clock, stage: str, status: StageStatus, *, confirm: bool = False
) -> SavedStage:
    """Make a stage live, pause, resume or archive it. Only resuming may need a confirmation. Raises UserMistake."""

    def change(library: Library, catalogue: Catalogue) -> Stage:
        known = library.known_stage(stage)
        next_status(known, status)
        changed = replace(known, status=status)
        if changed.is_live:
            check_stage(changed, catalogue)
        return changed

    return await _save(graph, clock, change, confirm=confirm)


async def _save(graph: Graph, clock: Clock, change: Change, *, confirm: bool) -> SavedStage:
    catalogue, library = await load_catalogue(graph), await load_library(graph)
    now = epoch_ms(clock.now())
    stage = change(library, catalogue)
    impact = await assess_impact(graph, library, catalogue, stage, now)
    if impact is not None and impact.needs_confirmation and not confirm:
        raise NeedsConfirmation({stage.key: impact})

    async def work(transaction: Transaction) -> Stage:
        # The lock that evaluators take comes first: from here on, what they compiled is outdated.
        await transaction.execute(queries.text("rollups/revise"), {})
        library = await read_library(transaction)
        stage = change(library, catalogue)
        known = library.stage(stage.key)
        if known is not None and known.to_json() != stage.to_json() and known.is_active:
            stage = replace(stage, version=known.version + 1)
            await _save_version(transaction, known, now)
        if stage != known:
            _refuse_taken_names(stage, catalogue)
            await _store(transaction, stage, known, library, now)
        return stage

    return SavedStage(await graph.write(work), impact)


async def _save_version(transaction: Transaction, stage: Stage, now: int) -> None:
    definition = json.dumps(stage.to_json(), ensure_ascii=False)
    parameters = {"stage": stage.key, "version": stage.version, "definition": definition, "now": now}
    await transaction.execute(queries.text("journey/save_version"), parameters)


async def _store(transaction: Transaction, stage: Stage, known: Stage | None, library: Library, now: int) -> None:
    is_going_live = stage.is_live and (known is None or known.status == "DRAFT")
    is_backfilling = is_going_live or (stage.key in library.backfilling and stage.is_live)
    has_effect = stage.is_live or (known is not None and known.is_live)
    parameters = {**_parameters(stage), "stale_since": now if has_effect else None, "backfilling": is_backfilling}
    await transaction.execute(queries.text("journey/save_stage"), parameters)
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
        "journey_name": name_from_key(stage.journey),
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


def _refuse_taken_names(stage: Stage, catalogue: Catalogue) -> None:
    """Raise UserMistake if another attribute has a name that the stage or an objective generates."""
    for definition in generated_definitions(stage):
        known = catalogue.find("organisation", definition.name)
        if known is not None and known.name == definition.name and known.origin != "generated":
            message = (
                f"organisations have an attribute {definition.name!r} already ({known.origin}); choose another key"
            )
            raise UserMistake("NAME_TAKEN", message, "key")
