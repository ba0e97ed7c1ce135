"""What each mutation does: rows to the writer, and what a person can correct back as data."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from api.auth import Caller
from api.graphql.compile.scope import Field
from api.graphql.execute.journeys import JourneyChanges, unconfirmed_impact
from api.graphql.execute.payloads import Entity, Payload, corrected, user_error
from api.graphql.execute.signals import SignalChanges
from api.graphql.known import Known
from api.graphql.unread import unread
from api.limits import LimitExceeded, Limits
from api.results import result_of
from api.rows import sourced
from graph.attributes.names import normalise
from graph.calculated.definition import Calculated, Rule, holder
from graph.clock import Clock
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated, remove_attribute
from graph.engine import Graph
from graph.errors import UserMistake
from graph.rollups import RollUp, StoredRollUp

if TYPE_CHECKING:
    from graph.writer import Writer

Kind = Literal["person", "organisation"]
Arguments = Mapping[str, Any]

_ROWS = {
    "upsertPeople": ("people", "person"),
    "upsertOrganisations": ("organisations", "organisation"),
    "upsertMemberships": ("memberships", "membership"),
    "endMemberships": ("memberships", "end_membership"),
    "trackEvents": ("events", "event"),
}


class Changes:
    """The mutations of one graph."""

    def __init__(
        self, graph: Graph, writer: Writer, known: Known, clock: Clock, limits: Limits, evaluate: Callable[[], None]
    ) -> None:
        """Keep what changes need; `evaluate` is called when there is something new to be worked out."""
        self._graph = graph
        self._writer = writer
        self._known = known
        self._clock = clock
        self._limits = limits
        self._evaluate = evaluate
        self._journeys = JourneyChanges(graph, clock)
        self._signals = SignalChanges(graph, clock)
        self._makers: Mapping[str, Callable[[Arguments], Awaitable[Payload]]] = {
            "mergePeople": lambda a: self._merge("person", a),
            "unmergePeople": lambda a: self._unmerge("person", a),
            "mergeOrganisations": lambda a: self._merge("organisation", a),
            "unmergeOrganisations": lambda a: self._unmerge("organisation", a),
            "erasePerson": self._erase,
            "deleteOrganisation": self._delete,
            "setPrecedence": self._set_precedence,
            "defineRollUp": self._define,
            "defineCalculated": self._define_calculated,
            "removeAttribute": self._remove_attribute,
        }

    async def make(self, field: Field, arguments: Arguments, who: Caller) -> Payload:
        """Make the change a field asks for; its payload. Raises LimitExceeded, EngineError."""
        if field.name in _ROWS:
            return await self._submit(field, arguments, who)
        if field.name == "replayRejected":
            self._bounded(arguments["ids"], "ids")
            return result_of(await self._writer.replay([str(one) for one in arguments["ids"]]))
        try:
            return {"userErrors": [], **await self._made(field, arguments, who)}
        except UserMistake as mistake:
            return {**_EMPTY.get(field.name, {}), **unconfirmed_impact(mistake), "userErrors": [corrected(mistake)]}

    async def _made(self, field: Field, arguments: Arguments, who: Caller) -> Payload:
        if field.name in self._journeys.makers:
            payload = await self._journeys.makers[field.name](field.arguments)
            self._evaluate()
            return payload
        if field.name in self._signals.makers:
            return await self._signals.makers[field.name](arguments, who)
        return await self._makers[field.name](arguments)

    async def _submit(self, field: Field, arguments: Arguments, who: Caller) -> Payload:
        name, kind = _ROWS[field.name]
        rows = arguments[name]
        self._bounded(rows, name)
        return result_of(await self._writer.submit([_row(kind, row, who) for row in rows]))

    def _bounded(self, rows: Sequence[Any], name: str) -> None:
        if len(rows) > self._limits.rows:
            raise LimitExceeded("TOO_MANY_ROWS", f"`{name}` has too many rows", len(rows), self._limits.rows)

    async def _merge(self, kind: Kind, arguments: Arguments) -> Payload:
        into, loser = str(arguments["into"]), str(arguments["from"])
        return {_PAYLOAD[kind]: Entity(await self._writer.merge(kind, into, loser))}

    async def _unmerge(self, kind: Kind, arguments: Arguments) -> Payload:
        into, loser = str(arguments["into"]), str(arguments["from"])
        return {_PAYLOAD[kind]: Entity(await self._writer.unmerge(kind, into, loser))}

    async def _erase(self, arguments: Arguments) -> Payload:
        return _erased(await self._writer.erase_person(str(arguments["id"])), "person", arguments["id"])

    async def _delete(self, arguments: Arguments) -> Payload:
        return _erased(await self._writer.delete_organisation(str(arguments["id"])), "organisation", arguments["id"])

    async def _set_precedence(self, arguments: Arguments) -> Payload:
        entity, attribute = arguments["entity"], arguments["attribute"]
        await self._writer.set_precedence(entity, attribute, list(arguments["sources"]))
        return {"attribute": await self._attribute(entity, attribute)}

    async def _define(self, arguments: Arguments) -> Payload:
        given = arguments["rollUp"]
        of = {key: getattr(value, "value", value) for key, value in given["of"].items()}
        entity = holder(given["entity"])
        definition = StoredRollUp(given["name"], RollUp.from_json(of), entity, description=given.get("description"))
        await define_roll_up(self._graph, self._clock, definition)
        self._known.changed()
        self._evaluate()
        return {"attribute": await self._attribute(entity, given["name"])}

    async def _define_calculated(self, arguments: Arguments) -> Payload:
        given = arguments["attribute"]
        rules = tuple(Rule(**each) for each in given.get("score") or ())
        entity = holder(given["entity"])
        calculated = Calculated(given["name"], given.get("formula"), rules, given.get("description"), entity=entity)
        await define_calculated(self._graph, self._clock, calculated)
        self._known.changed()
        self._evaluate()
        return {"attribute": await self._attribute(entity, given["name"])}

    async def _remove_attribute(self, arguments: Arguments) -> Payload:
        await remove_attribute(self._graph, self._clock, arguments["entity"], arguments["attribute"])
        self._known.changed()
        self._evaluate()
        return {"removed": True}

    async def _attribute(self, entity: str, name: str) -> Payload | None:
        definition = (await self._known.fresh()).find(entity, normalise(name))
        if definition is None:
            return None
        return {**asdict(definition), "score": json.loads(definition.score) if definition.score else None}


def _row(kind: str, row: Mapping[str, Any], who: Caller) -> dict[str, Any]:
    """A row for the writer."""
    return sourced(unread(row) or {**row, "type": kind}, who)


def _erased(done: bool, kind: Kind, id_: str) -> Payload:
    missing = user_error("NOT_FOUND", f"There is no {kind} {id_!r}.", "id")
    return {"erased": done, "userErrors": [] if done else [missing]}


_PAYLOAD = {"person": "person", "organisation": "organisation"}
_EMPTY: Mapping[str, Payload] = {
    "erasePerson": {"erased": False},
    "deleteOrganisation": {"erased": False},
    "removeAttribute": {"removed": False},
    "saveJourney": {"changes": []},
    "saveStage": {"warnings": []},
    "saveObjective": {"warnings": []},
    "removeObjective": {"warnings": []},
    "setStageStatus": {"warnings": []},
    "acknowledgeSignal": {"organisations": 0},
    "snoozeSignal": {"organisations": 0},
    "wakeSignal": {"organisations": 0},
}
