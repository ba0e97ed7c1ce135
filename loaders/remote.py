"""Rows sent to a running service, by its GraphQL mutations: for when it owns the data directory, or is elsewhere."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import orjson

from graph.facts import Rejection
from graph.writer import Outcome
from loaders.errors import ServiceError

TRIES = 6
TIMEOUT = 120.0
BYTES = 1_000_000
"""A request's rows, in bytes: what a service takes at least."""
_RETRYABLE = frozenset((408, 429, 502, 503, 504))

_MUTATIONS = {
    "person": ("upsertPeople", "people", "PersonInput"),
    "organisation": ("upsertOrganisations", "organisations", "OrganisationInput"),
    "membership": ("upsertMemberships", "memberships", "MembershipInput"),
    "end_membership": ("endMemberships", "memberships", "EndMembershipInput"),
    "event": ("trackEvents", "events", "EventInput"),
}
_ANSWER = "{ created updated unchanged ids rejected { index code message path } }"


class RemoteService:
    """A destination at an address. `key`: an API key with the scope `write`, where the service asks for one."""

    def __init__(self, url: str, key: str | None = None, *, timeout: float = TIMEOUT, first_wait: float = 0.2) -> None:
        self._url = endpoint(url)
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        self._timeout = timeout
        self._first_wait = first_wait
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    async def submit(self, rows: Sequence[Mapping[str, Any]]) -> Outcome:
        """Sends the rows, one mutation for each kind among them; raises ServiceError where the service does not take them."""
        outcome = Outcome(created=0, updated=0, unchanged=0, rejected=[], ids=[None] * len(rows))
        for kind, indexes in _by_kind(rows).items():
            for part in _parts(rows, indexes):
                _add(outcome, part, await self._mutate(kind, [rows[index] for index in part]))
        return outcome

    async def _mutate(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        if kind not in _MUTATIONS:
            message = f"expected one of {', '.join(_MUTATIONS)}, found {kind!r}"
            return {
                "rejected": [
                    {"index": n, "code": "UNKNOWN_TYPE", "message": message, "path": ["type"]} for n in range(len(rows))
                ]
            }
        body = _document(kind, rows)
        wait = self._first_wait
        for attempt in range(TRIES):
            try:
                return await asyncio.to_thread(self._post, body, _MUTATIONS[kind][0])
            except ServiceError as error:
                if not error.retryable or attempt == TRIES - 1:
                    raise
            await asyncio.sleep(wait)
            wait *= 2
        raise AssertionError("unreachable: the last try raises")

    def _post(self, body: bytes, field: str) -> dict[str, Any]:
        request = urllib.request.Request(self._url, body, self._headers)  # noqa: S310 - endpoint() lets http and https through
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return _data(answer.read(), field, answer.status)
        except urllib.error.HTTPError as error:
            return _data(error.read(), field, error.code)
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise ServiceError(
                f"{self._url} does not answer: {reason}", hint="Is `membergraph serve` running there?", retryable=True
            ) from error


def endpoint(url: str) -> str:
    """The GraphQL address of a service; raises ServiceError for what is no http address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ServiceError(f"{url} is not the address of a service", hint="Write it as http://127.0.0.1:8000.")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path if path.endswith('/graphql') else path + '/graphql'}"


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


def _document(kind: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    field, argument, type_name = _MUTATIONS[kind]
    query = f"mutation Load($rows: [{type_name}!]!) {{ {field}({argument}: $rows) {_ANSWER} }}"
    plain = [{key: value for key, value in row.items() if key != "type"} for row in rows]
    return orjson.dumps({"query": query, "variables": {"rows": plain}}, default=str)


def _data(body: bytes, field: str, status: int) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = {}
    errors = answer.get("errors") if isinstance(answer, dict) else None
    data = answer.get("data") if isinstance(answer, dict) else None
    if status < 400 and not errors and isinstance(data, dict) and isinstance(data.get(field), dict):
        found: dict[str, Any] = data[field]
        return found
    message = errors[0].get("message", "") if errors else body[:200].decode("utf-8", "replace")
    hint = (
        "Give a key with the scope `write`: --key KEY (membergraph keys create --scope write)."
        if status in (401, 403)
        else None
    )
    raise ServiceError(f"the service answered {status}: {message}", hint=hint, retryable=status in _RETRYABLE)


def _add(outcome: Outcome, indexes: Sequence[int], answer: Mapping[str, Any]) -> None:
    outcome.created += answer.get("created", 0)
    outcome.updated += answer.get("updated", 0)
    outcome.unchanged += answer.get("unchanged", 0)
    for index, found in zip(indexes, answer.get("ids") or [], strict=False):
        outcome.ids[index] = found
    for one in answer.get("rejected", []):
        index = indexes[one["index"]]
        whole = outcome.ids[index] is None
        outcome.rejected.append(Rejection(index, one["code"], one["message"], list(one.get("path") or []), whole))
