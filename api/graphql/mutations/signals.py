"""The mutations of signals: acknowledge, snooze, wake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from api.auth import Caller
from api.graphql.compile.json_values import to_json
from api.graphql.mutations.journeys import instant
from api.graphql.mutations.payloads import Entity, Payload
from graph.clock import Clock
from graph.engine import Graph
from graph.journey.reports.silencing import Remark, SilenceResult, acknowledge, snooze, wake
from graph.references import resolve_reference

Given = Mapping[str, Any]
Make = Callable[[Given, Caller], Awaitable[Payload]]


class SignalChanges:
    """The mutations of signals by field name. Each raises UserMistake for what a person can correct."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        """Work on one graph by a clock."""
        self._graph = graph
        self._clock = clock
        self.makers: Mapping[str, Make] = {
            "acknowledgeSignal": self._acknowledge,
            "snoozeSignal": self._snooze,
            "wakeSignal": self._wake,
        }

    async def _acknowledge(self, given: Given, who: Caller) -> Payload:
        organisation = await self._organisation(given)
        return _payload(
            await acknowledge(self._graph, self._clock, given["objective"], organisation, remark=_remark(given, who))
        )

    async def _snooze(self, given: Given, who: Caller) -> Payload:
        until, organisation = instant(given["until"], "until"), await self._organisation(given)
        assert until is not None
        return _payload(
            await snooze(self._graph, self._clock, given["objective"], until, organisation, remark=_remark(given, who))
        )

    async def _wake(self, given: Given, _: Caller) -> Payload:
        return _payload(await wake(self._graph, self._clock, given["objective"], await self._organisation(given)))

    async def _organisation(self, given: Given) -> str | None:
        named = given.get("organisation")
        if named is None:
            return None
        return await resolve_reference(self._graph, "organisation", str(named), "organisation", by_id=True)


def _remark(given: Given, who: Caller) -> Remark:
    return Remark(given.get("by") or who.name, given.get("note"))


def _payload(silenced: SilenceResult) -> Payload:
    return {
        "objective": Entity(silenced.objective),
        "organisations": silenced.organisations,
        "until": to_json(silenced.until),
    }
