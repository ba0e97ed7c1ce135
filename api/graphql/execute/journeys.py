"""What each mutation of journeys does: definitions changed, and what people decide by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from api.graphql.compile.arguments import Arguments
from api.graphql.compile.instants import milliseconds
from api.graphql.execute.payloads import Entity, Payload, user_error
from graph.attributes.catalogue import load_catalogue
from graph.clock import Clock, from_epoch_ms
from graph.engine import Graph
from graph.errors import UserMistake
from graph.journey.by_hand import complete_objective, put_in, take_out
from graph.journey.changing import remove_objective, save_journey, set_stage_status, tell_objective, tell_stage
from graph.journey.definition import Stage
from graph.journey.linting import Around, lint
from graph.journey.rows import stay_id
from graph.journey.stored import load_library
from graph.references import referred

Make = Callable[[Arguments], Awaitable[Payload]]
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
        told = arguments.told("journey")
        key = told["key"]
        await save_journey(self._graph, self._clock, key, name=told.get("name"), exclusive=told.get("exclusive"))
        return {"journey": Entity(key)}

    async def _save_stage(self, arguments: Arguments) -> Payload:
        saved = await tell_stage(self._graph, self._clock, _plain(arguments.told("stage")))
        return {"stage": Entity(saved.key), "warnings": await self._advice(saved)}

    async def _save_objective(self, arguments: Arguments) -> Payload:
        told = _plain(arguments.told("objective"))
        saved = await tell_objective(self._graph, self._clock, arguments.values["stage"], told)
        return {"objective": Entity(told["key"]), "warnings": await self._advice(saved, told["key"])}

    async def _remove_objective(self, arguments: Arguments) -> Payload:
        given = arguments.values
        saved = await remove_objective(self._graph, self._clock, given["stage"], given["objective"])
        return {"stage": Entity(saved.key), "warnings": await self._advice(saved)}

    async def _set_status(self, arguments: Arguments) -> Payload:
        given = arguments.values
        saved = await set_stage_status(self._graph, self._clock, given["stage"], _plain(given["status"]))
        return {"stage": Entity(saved.key), "warnings": await self._advice(saved)}

    async def _complete(self, arguments: Arguments) -> Payload:
        given = arguments.values
        at, objective = _instant(given.get("at"), "at"), given["objective"]
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

    async def _advice(self, stage: Stage, objective: str | None = None) -> list[Payload]:
        """What the linter says of a stage, or of one objective in it."""
        library, catalogue = await load_library(self._graph), await load_catalogue(self._graph)
        said = lint(stage, Around(catalogue, library.stages))
        about = None if objective is None else f"objectives.{objective}."
        return [
            user_error(one.code, one.message, one.field) for one in said if about is None or one.field.startswith(about)
        ]

    async def _organisation(self, given: Mapping[str, Any]) -> str:
        return await referred(self._graph, "organisation", str(given["organisation"]), "organisation", by_id=True)


def _instant(text: str | None, field: str) -> datetime | None:
    if text is None:
        return None
    try:
        return from_epoch_ms(milliseconds(text))
    except ValueError as reason:
        raise UserMistake("BAD_DATETIME", f"`{field}` is {text!r}, which {reason}.", field) from None


def _plain(value: Any) -> Any:
    """An input as `graph.journey` takes it: enumerations as text, fields under Python's names."""
    if isinstance(value, Mapping):
        return {_PYTHON.get(key, key): _plain(one) for key, one in value.items()}
    return getattr(value, "value", value)
