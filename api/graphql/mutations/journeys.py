"""What each mutation of journeys does: definitions changed, and what people decide by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.graphql.compile.arguments import Arguments
from api.graphql.mutations.payloads import Entity, Payload, user_error
from graph.clock import Clock, from_epoch_ms
from graph.engine import Graph
from graph.errors import UserMistake
from graph.journey.changes.changing import Changed, remove_objective, set_stage_status, tell_objective, tell_stage
from graph.journey.changes.foreseeing import Foreseen, NeedsConfirmation
from graph.journey.changes.journeys import save_journey
from graph.journey.changes.pausing import said_of_pause
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
    """The mutations of journeys. Each raises UserMistake for what a person can correct."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        """Keep what changes need."""
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
        told = arguments.given_fields("journey")
        more = {name: told.get(name) for name in ("name", "exclusive", "stages")}
        changes = await save_journey(self._graph, self._clock, told["key"], confirm=_confirmed(arguments), **more)
        return {"journey": Entity(told["key"]), "changes": _all_told(changes)}

    async def _save_stage(self, arguments: Arguments) -> Payload:
        told = _plain(arguments.given_fields("stage"))
        return await self._stage(await tell_stage(self._graph, self._clock, told, confirm=_confirmed(arguments)))

    async def _save_objective(self, arguments: Arguments) -> Payload:
        told, stage = _plain(arguments.given_fields("objective")), arguments.values["stage"]
        saved = await tell_objective(self._graph, self._clock, stage, told, confirm=_confirmed(arguments))
        about = f"objectives.{told['key']}."
        said = [one for one in await advise(self._graph, self._clock, saved.stage.key) if one.field.startswith(about)]
        return {"objective": Entity(told["key"]), "change": _told(stage, saved.foreseen), "warnings": _warnings(said)}

    async def _remove_objective(self, arguments: Arguments) -> Payload:
        given, confirm = arguments.values, _confirmed(arguments)
        return await self._stage(
            await remove_objective(self._graph, self._clock, given["stage"], given["objective"], confirm=confirm)
        )

    async def _set_status(self, arguments: Arguments) -> Payload:
        given, confirm = arguments.values, _confirmed(arguments)
        status = _plain(given["status"])
        changed = await set_stage_status(self._graph, self._clock, given["stage"], status, confirm=confirm)
        return await self._stage(changed, await said_of_pause(self._graph, changed))

    async def _stage(self, changed: Changed, said: Sequence[Advice] = ()) -> Payload:
        """A stage that was changed, with what that does at once, what is said of it, and the linter's advice."""
        advice = await advise(self._graph, self._clock, changed.stage.key)
        return {
            "stage": Entity(changed.stage.key),
            "change": _told(changed.stage.key, changed.foreseen),
            "warnings": _warnings((*said, *advice)),
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


def foreseen(mistake: UserMistake) -> Payload:
    """Of a change that has to be confirmed, whom it would move: of one stage, and of each where it is a journey's."""
    if not isinstance(mistake, NeedsConfirmation):
        return {}
    changes = _all_told(mistake.changes)
    return {"change": changes[0], "changes": changes}


def _all_told(changes: Mapping[str, Foreseen]) -> list[Payload]:
    return [told for stage, foreseen in changes.items() if (told := _told(stage, foreseen))]


def _told(stage: str, foreseen: Foreseen | None) -> Payload | None:
    if foreseen is None:
        return None
    moved = {"leaving": foreseen.leaving, "stranded": foreseen.stranded, "entering": foreseen.entering}
    return {"stage": stage, "occupants": foreseen.occupants, **{name: _moving(ids) for name, ids in moved.items()}}


def _moving(ids: Sequence[str]) -> Payload:
    return {"organisations": len(ids), "sample": [Entity(id) for id in ids[:_SAMPLE]]}


def _warnings(said: Iterable[Advice]) -> list[Payload]:
    return [user_error(one.code, one.message, one.field) for one in said]


def _confirmed(arguments: Arguments) -> bool:
    return bool(arguments.values.get("confirm"))


def instant(text: str | None, field: str) -> datetime | None:
    """An instant as an argument gives it. Raises UserMistake."""
    if text is None:
        return None
    try:
        return from_epoch_ms(read_argument_instant(text))
    except ValueError as reason:
        raise UserMistake("BAD_DATETIME", f"`{field}` is {text!r}, which {reason}.", field) from None


def _plain(value: Any) -> Any:
    """An input as `graph.journey` takes it: enumerations as text, fields under Python's names."""
    if isinstance(value, Mapping):
        return {_PYTHON.get(key, key): _plain(one) for key, one in value.items()}
    return getattr(value, "value", value)
