"""The functions behind the mutations: rows go to the writer, and mistakes come back as data."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from api.auth import Caller
from api.graphql.catalogue_cache import CatalogueCache
from api.graphql.compile.scope import Field
from api.graphql.mutations.journeys import JourneyChanges, unconfirmed_impact
from api.graphql.mutations.payloads import Entity, Payload, mistake_as_data, user_error
from api.graphql.mutations.signals import SignalChanges
from api.graphql.unreadable_rows import unreadable_row
from api.limits import LimitExceeded, Limits
from api.results import write_result
from api.row_sources import set_source
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
        self,
        graph: Graph,
        writer: Writer,
        catalogue_cache: CatalogueCache,
        clock: Clock,
        limits: Limits,
        evaluate: Callable[[], None],
    ) -> None:
        """Keep what changes need; `evaluate` is called after every change of a definition."""
        self._graph = graph
        self._writer = writer
        self._catalogue_cache = catalogue_cache
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
            "defineRollUp": self._define_roll_up,
            "defineCalculated": self._define_calculated,
            "removeAttribute": self._remove_attribute,
        }

    async def make(self, field: Field, arguments: Arguments, caller: Caller) -> Payload:
        """Make the change that a field asks for and return its payload. Raises LimitExceeded, EngineError."""
        if field.name in _ROWS:
            return await self._submit(field, arguments, caller)
        if field.name == "replayRejected":
            self._check_length(arguments["ids"], "ids")
            return write_result(await self._writer.replay([str(one) for one in arguments["ids"]]))
        try:
            return {"userErrors": [], **await self._change(field, arguments, caller)}
        except UserMistake as mistake:
            return {
                **_EMPTY.get(field.name, {}),
                **unconfirmed_impact(mistake),
                "userErrors": [mistake_as_data(mistake)],
            }

    async def _change(self, field: Field, arguments: Arguments, caller: Caller) -> Payload:
        if field.name in self._journeys.makers:
            payload = await self._journeys.makers[field.name](field.arguments)
            self._evaluate()
            return payload
        if field.name in self._signals.makers:
            return await self._signals.makers[field.name](arguments, caller)
        return await self._makers[field.name](arguments)

    async def _submit(self, field: Field, arguments: Arguments, caller: Caller) -> Payload:
        name, kind = _ROWS[field.name]
        rows = arguments[name]
        self._check_length(rows, name)
        return write_result(await self._writer.submit([_row(kind, row, caller) for row in rows]))

    def _check_length(self, rows: Sequence[Any], name: str) -> None:
        if len(rows) > self._limits.rows:
            raise LimitExceeded("TOO_MANY_ROWS", f"`{name}` has too many rows", len(rows), self._limits.rows)

    async def _merge(self, kind: Kind, arguments: Arguments) -> Payload:
        into, loser = str(arguments["into"]), str(arguments["from"])
        return {_PAYLOAD[kind]: Entity(await self._writer.merge(kind, into, loser))}

    async def _unmerge(self, kind: Kind, arguments: Arguments) -> Payload:
        into, loser = str(arguments["into"]), str(arguments["from"])
        return {_PAYLOAD[kind]: Entity(await self._writer.unmerge(kind, into, loser))}

    async def _erase(self, arguments: Arguments) -> Payload:
        return _erase_payload(await self._writer.erase_person(str(arguments["id"])), "person", arguments["id"])

    async def _delete(self, arguments: Arguments) -> Payload:
        return _erase_payload(
            await self._writer.delete_organisation(str(arguments["id"])), "organisation", arguments["id"]
        )

    async def _set_precedence(self, arguments: Arguments) -> Payload:
        entity, attribute = arguments["entity"], arguments["attribute"]
        await self._writer.set_precedence(entity, attribute, list(arguments["sources"]))
        return {"attribute": await self._attribute(entity, attribute)}

    async def _define_roll_up(self, arguments: Arguments) -> Payload:
        definition = arguments["rollUp"]
        aggregate = {key: getattr(value, "value", value) for key, value in definition["of"].items()}
        name, entity = definition["name"], holder(definition["entity"])
        roll_up = StoredRollUp(name, RollUp.from_json(aggregate), entity, description=definition.get("description"))
        await define_roll_up(self._graph, self._clock, roll_up)
        self._catalogue_cache.invalidate()
        self._evaluate()
        return {"attribute": await self._attribute(entity, name)}

    async def _define_calculated(self, arguments: Arguments) -> Payload:
        definition = arguments["attribute"]
        rules = tuple(Rule(**each) for each in definition.get("score") or ())
        name, entity = definition["name"], holder(definition["entity"])
        formula, description = definition.get("formula"), definition.get("description")
        calculated = Calculated(name, formula, rules, description, entity=entity)
        await define_calculated(self._graph, self._clock, calculated)
        self._catalogue_cache.invalidate()
        self._evaluate()
        return {"attribute": await self._attribute(entity, name)}

    async def _remove_attribute(self, arguments: Arguments) -> Payload:
        await remove_attribute(self._graph, self._clock, arguments["entity"], arguments["attribute"])
        self._catalogue_cache.invalidate()
        self._evaluate()
        return {"removed": True}

    async def _attribute(self, entity: str, name: str) -> Payload | None:
        definition = (await self._catalogue_cache.reload()).find(entity, normalise(name))
        if definition is None:
            return None
        return {**asdict(definition), "score": json.loads(definition.score) if definition.score else None}


def _row(kind: str, row: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """Return a row for the writer."""
    return set_source(unreadable_row(row) or {**row, "type": kind}, caller)


def _erase_payload(done: bool, kind: Kind, id_: str) -> Payload:
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
