"""Rows sent to a running service, by its GraphQL mutations."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from graph.facts import Rejection
from graph.writer import Outcome
from loaders.service import Service

BYTES = 1_000_000
"""A request's rows, in bytes: what a service takes at least."""

_MUTATIONS = {
    "person": ("upsertPeople", "people", "PersonInput"),
    "organisation": ("upsertOrganisations", "organisations", "OrganisationInput"),
    "membership": ("upsertMemberships", "memberships", "MembershipInput"),
    "end_membership": ("endMemberships", "memberships", "EndMembershipInput"),
    "event": ("trackEvents", "events", "EventInput"),
}
_ANSWER = "{ created updated unchanged ids rejected { index code message path } warnings { index code message path } }"


class RemoteService:
    """A destination: the service that owns the graph."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def submit(self, rows: Sequence[Mapping[str, Any]]) -> Outcome:
        """Sends the rows, one mutation for each kind among them; raises ServiceError where the service does not take them."""
        outcome = Outcome(ids=[None] * len(rows))
        for kind, indexes in _by_kind(rows).items():
            for part in _parts(rows, indexes):
                _add(outcome, part, await self._mutate(kind, [rows[index] for index in part]))
        return outcome

    async def _mutate(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        if kind not in _MUTATIONS:
            return _refused(kind, len(rows))
        field, argument, type_name = _MUTATIONS[kind]
        document = f"mutation Load($rows: [{type_name}!]!) {{ {field}({argument}: $rows) {_ANSWER} }}"
        plain = [{key: value for key, value in row.items() if key != "type"} for row in rows]
        answer: Mapping[str, Any] = (await self._service.ask(document, {"rows": plain}))[field]
        return answer


def _refused(kind: str, rows: int) -> dict[str, Any]:
    message = f"type is one of {', '.join(_MUTATIONS)}, not {kind!r}"
    return {"rejected": [{"index": n, "code": "BAD_ROW", "message": message, "path": ["type"]} for n in range(rows)]}


def _by_kind(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    kinds: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        kinds.setdefault(str(row.get("type")), []).append(index)
    return kinds


def _parts(rows: Sequence[Mapping[str, Any]], indexes: list[int]) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    size = 0
    for index in indexes:
        row_size = len(orjson.dumps(rows[index], default=str))
        if parts[-1] and size + row_size > BYTES:
            parts.append([])
            size = 0
        parts[-1].append(index)
        size += row_size
    return parts


def _add(outcome: Outcome, indexes: Sequence[int], answer: Mapping[str, Any]) -> None:
    outcome.created += answer.get("created", 0)
    outcome.updated += answer.get("updated", 0)
    outcome.unchanged += answer.get("unchanged", 0)
    for index, found in zip(indexes, answer.get("ids") or [], strict=False):
        outcome.ids[index] = found
    outcome.rejected += _refusals(indexes, answer.get("rejected", ()), whole=True)
    outcome.warnings += _refusals(indexes, answer.get("warnings", ()), whole=False)


def _refusals(indexes: Sequence[int], told: Sequence[Mapping[str, Any]], *, whole: bool) -> list[Rejection]:
    return [
        Rejection(indexes[one["index"]], one["code"], one["message"], list(one.get("path") or []), whole)
        for one in told
    ]
