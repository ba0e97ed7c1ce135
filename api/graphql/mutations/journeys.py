"""The mutations of journeys: changes of definitions, and decisions by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.graphql.compile.arguments import Arguments
from api.graphql.mutations.payloads import Entity, Payload, user_error
from graph.clock import Clock, from_epoch_ms
from graph.engine import Graph
from graph.errors import UserMistake
from graph.journey.changes.impact import ChangeImpact, NeedsConfirmation
from graph.journey.changes.journeys import save_journey
from graph.journey.changes.pausing import pause_advice
from graph.journey.changes.stages import (
    SavedStage,
    remove_objective,
    save_objective_input,
    save_stage_input,
    set_stage_status,
)
from graph.journey.decisions.manual_changes import complete_objective, put_in, take_out
from graph.journey.decisions.rows import stay_id
from graph.journey.definitions.linting import Advice
from graph.journey.reports.reporting import advise
from graph.references import resolve_reference
from graph.times import read_argument_instant

Make = Callable[[Arguments], Awaitable[Payload]]
_SAMPLE = 5
_PYTHON = {"completedWhen": "completed_when", "appliesTo": "applies_to"}


class JourneyChanges:
    """The mutations of journeys by field name. Each raises UserMistake for what a person can correct."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        """Work on one graph by a clock."""
        self._graph = graph
        self._clock = clock
        self.makers: Mapping[str, Make] = {
            "saveJourney": self._save_journey,
            "saveStage": self._save_stage,
            "saveObjective": self._save_objective,
            "removeObjective": self._remove_objective,
            "setStageStatus": self._set_status,
            "completeObjective": self._complete,
            "putInStage": self._put_in,
            "takeOutOfStage": self._take_out,
        }

    async def _save_journey(self, arguments: Arguments) -> Payload:
        given = arguments.given_fields("journey")
        more = {name: given.get(name) for name in ("name", "exclusive", "stages")}
        changes = await save_journey(self._graph, self._clock, given["key"], confirm=_confirmed(arguments), **more)
        return {"journey": Entity(given["key"]), "changes": _impacts(changes)}

    async def _save_stage(self, arguments: Arguments) -> Payload:
        given = _plain(arguments.given_fields("stage"))
        return await self._stage(await save_stage_input(self._graph, self._clock, given, confirm=_confirmed(arguments)))

    async def _save_objective(self, arguments: Arguments) -> Payload:
        given, stage = _plain(arguments.given_fields("objective")), arguments.values["stage"]
        saved = await save_objective_input(self._graph, self._clock, stage, given, confirm=_confirmed(arguments))
        about = f"objectives.{given['key']}."
        advice = [one for one in await advise(self._graph, self._clock, saved.stage.key) if one.field.startswith(about)]
        return {
            "objective": Entity(given["key"]),
            "change": _impact(stage, saved.impact),
            "warnings": _warnings(advice),
        }

    async def _remove_objective(self, arguments: Arguments) -> Payload:
        given, confirm = arguments.values, _confirmed(arguments)
        return await self._stage(
            await remove_objective(self._graph, self._clock, given["stage"], given["objective"], confirm=confirm)
        )

    async def _set_status(self, arguments: Arguments) -> Payload:
        given, confirm = arguments.values, _confirmed(arguments)
        status = _plain(given["status"])
        saved = await set_stage_status(self._graph, self._clock, given["stage"], status, confirm=confirm)
        return await self._stage(saved, await pause_advice(self._graph, saved))

    async def _stage(self, saved: SavedStage, more: Sequence[Advice] = ()) -> Payload:
        """Return the payload of a changed stage: the impact of the change, and advice on it."""
        advice = await advise(self._graph, self._clock, saved.stage.key)
        return {
            "stage": Entity(saved.stage.key),
            "change": _impact(saved.stage.key, saved.impact),
            "warnings": _warnings((*more, *advice)),
        }

    async def _complete(self, arguments: Arguments) -> Payload:
        given = arguments.values
        at, objective = instant(given.get("at"), "at"), given["objective"]
        organisation = await self._organisation(given)
        stay = await complete_objective(self._graph, self._clock, organisation, objective, at)
        return {"state": Entity(stay_id(organisation, stay), objective)}

    async def _put_in(self, arguments: Arguments) -> Payload:
        organisation = await self._organisation(arguments.values)
        stay = await put_in(self._graph, self._clock, organisation, arguments.values["stage"])
        return {"stay": Entity(stay_id(organisation, stay))}

    async def _take_out(self, arguments: Arguments) -> Payload:
        organisation = await self._organisation(arguments.values)
        stay = await take_out(self._graph, self._clock, organisation, arguments.values["stage"])
        return {"stay": Entity(stay_id(organisation, stay))}

    async def _organisation(self, given: Mapping[str, Any]) -> str:
        return await resolve_reference(
            self._graph, "organisation", str(given["organisation"]), "organisation", by_id=True
        )


def unconfirmed_impact(mistake: UserMistake) -> Payload:
    """Return the impact of a change that needs a confirmation, by stage. Other mistakes have none."""
    if not isinstance(mistake, NeedsConfirmation):
        return {}
    changes = _impacts(mistake.changes)
    return {"change": changes[0], "changes": changes}


def _impacts(changes: Mapping[str, ChangeImpact]) -> list[Payload]:
    return [shaped for stage, impact in changes.items() if (shaped := _impact(stage, impact))]


def _impact(stage: str, impact: ChangeImpact | None) -> Payload | None:
    if impact is None:
        return None
    moved = {"leaving": impact.leaving, "stranded": impact.stranded, "entering": impact.entering}
    return {"stage": stage, "occupants": impact.occupants, **{name: _moving(ids) for name, ids in moved.items()}}


def _moving(ids: Sequence[str]) -> Payload:
    return {"organisations": len(ids), "sample": [Entity(id) for id in ids[:_SAMPLE]]}


def _warnings(advice: Iterable[Advice]) -> list[Payload]:
    return [user_error(one.code, one.message, one.field) for one in advice]


def _confirmed(arguments: Arguments) -> bool:
    return bool(arguments.values.get("confirm"))


def instant(text: str | None, field: str) -> datetime | None:
    """Return an argument's instant. Raises UserMistake."""
    if text is None:
        return None
    try:
        return from_epoch_ms(read_argument_instant(text))
    except ValueError as reason:
        raise UserMistake("BAD_DATETIME", f"`{field}` is {text!r}, which {reason}.", field) from None


def _plain(value: Any) -> Any:
    """Return an input as `graph.journey` takes it: enumerations as text, fields under Python names."""
    if isinstance(value, Mapping):
        return {_PYTHON.get(key, key): _plain(one) for key, one in value.items()}
    return getattr(value, "value", value)
