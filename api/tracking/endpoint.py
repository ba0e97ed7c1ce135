"""`/v1/…`, as Segment's SDKs call it: read, check the key, translate, write, and answer once it is committed (F10)."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from api.keys import KeyRing
from api.tracking.bodies import NotUnpacked, TooLarge, read_body
from api.tracking.calls import BadCall, Batch, Malformed, decode_batch, decode_call
from api.tracking.refusal import Refusal
from api.tracking.sources import granted_source
from api.tracking.translate import Row, rows
from graph.clock import Clock
from graph.errors import MembergraphError
from graph.facts import Rejection
from graph.writer import Outcome, Writer
from graph.writer.waiting import QueueFull

log = logging.getLogger(__name__)

KINDS = {
    "identify": "identify",
    "group": "group",
    "track": "track",
    "page": "page",
    "screen": "screen",
    "alias": "alias",
    "i": "identify",
    "g": "group",
    "t": "track",
    "p": "page",
    "s": "screen",
    "a": "alias",
}
"""Paths under /v1 for one call, long and as the browser's SDK shortens them."""
BATCH_PATHS = ("batch", "b", "import")
UNREADABLE = "segment call"
"""The type of a row that holds a call as it came, since it could not be read."""


@dataclass(frozen=True)
class TrackingLimits:
    """What one request may be (bytes), and how many calls may wait for their commit at once."""

    request_bytes: int = 512_000
    call_bytes: int = 32_768
    waiting_calls: int = 20_000
    retry_after: int = 1


class Tracking:
    """The endpoint. One object holds the writer, the keys, the clock and the limits."""

    def __init__(self, writer: Writer, keys: KeyRing, clock: Clock, limits: TrackingLimits | None = None) -> None:
        self._writer = writer
        self._keys = keys
        self._clock = clock
        self._limits = limits or TrackingLimits()
        self._waiting = 0

    def routes(self) -> list[Route]:
        """The routes, to be mounted at the root."""
        paths = [*KINDS, *BATCH_PATHS]
        return [Route(f"/v1/{path}", self.answer, methods=["POST", "OPTIONS"], name=f"track-{path}") for path in paths]

    async def answer(self, request: Request) -> Response:
        """Answers one request; never raises but for a client that went away."""
        try:
            if request.method == "OPTIONS":
                return self._preflight()
            return await self._accept(request)
        except Refusal as refusal:
            return _refused(refusal)
        except MembergraphError as error:
            log.warning("tracking: %s", error)
            status = 429 if isinstance(error, QueueFull) else 503
            return _refused(Refusal(status, error.code, error.message, self._limits.retry_after))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:
            log.exception("tracking: a request failed")
            return _refused(Refusal(500, "INTERNAL", "the request failed; it is safe to send it again"))

    def _preflight(self) -> Response:
        # Without a key configured, a page on any site could write to a service on this machine: no CORS then.
        if self._keys.empty:
            raise Refusal(403, "NO_CORS", "web pages may send only to a service that has keys: membergraph keys create")
        return Response(status_code=204, headers=_CORS)

    async def _accept(self, request: Request) -> Response:
        batch = await self._batch(request)
        source = granted_source(self._keys, request, batch.write_key)
        waiting = len(batch.calls)
        if self._waiting and self._waiting + waiting > self._limits.waiting_calls:
            raise Refusal(429, "BUSY", "too many calls wait to be written; try again", self._limits.retry_after)
        self._waiting += waiting
        try:
            return _accepted(batch, await self._write(batch, source))
        finally:
            self._waiting -= waiting

    async def _batch(self, request: Request) -> Batch:
        limits = self._limits
        try:
            body = await read_body(request, limits.request_bytes)
            path = request.url.path.rpartition("/")[2]
            if path in BATCH_PATHS:
                return decode_batch(body, limits.call_bytes)
            return decode_call(body, KINDS[path], limits.call_bytes)
        except TooLarge as error:
            raise Refusal(413, "REQUEST_TOO_LARGE", f"a request has at most {limits.request_bytes:,} bytes") from error
        except NotUnpacked as error:
            raise Refusal(400, "BAD_ENCODING", str(error)) from error
        except Malformed as error:
            raise Refusal(400, "BAD_JSON", str(error)) from error

    async def _write(self, batch: Batch, source: str) -> "_Refusals":
        plan = _Plan(batch, self._clock.now(), source)
        return plan.refusals(await self._writer.submit(plan.rows) if plan.rows else Outcome())


class _Plan:
    """The rows of a batch, with the call behind each. A call that cannot be read becomes a row that the writer refuses and keeps (F9)."""

    def __init__(self, batch: Batch, received_at: datetime, source: str) -> None:
        self.rows: list[Row] = []
        self._calls: list[int] = []
        self._bad: dict[int, BadCall] = {}
        for index, call in enumerate(batch.calls):
            found = call if isinstance(call, BadCall) else rows(call, received_at, source)
            if isinstance(found, BadCall):
                self._bad[index] = found
                found = [{"type": UNREADABLE, "call": _whole(batch.raw[index]), "source": source}]
            self.rows += found
            self._calls += [index] * len(found)

    def refusals(self, outcome: Outcome) -> "_Refusals":
        """What was refused, by the place of its call in the batch: whole calls, and parts of calls that were written."""
        written = {self._calls[row] for row, id in enumerate(outcome.ids) if id is not None}
        found = _Refusals([], [])
        for one in sorted((*outcome.rejected, *outcome.warnings), key=lambda each: each.index):
            index = self._calls[one.index]
            (found.warnings if index in written else found.calls).append(_told(index, self._bad.get(index, one)))
        return found


class _Refusals(NamedTuple):
    """What the answer lists: refusals of calls that were not written, and of parts of calls that were."""

    calls: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


def _told(index: int, refusal: BadCall | Rejection) -> dict[str, Any]:
    return {"index": index, "code": refusal.code, "message": refusal.message, "path": refusal.path}


def _whole(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw.decode("utf-8", "replace")


_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding",
    "Access-Control-Max-Age": "86400",
}


def _accepted(batch: Batch, refused: _Refusals) -> Response:
    accepted = len(batch.calls) - len({one["index"] for one in refused.calls})
    answer = {"success": True, "accepted": accepted, "rejected": refused.calls, "warnings": refused.warnings}
    return _json(200, answer)


def _refused(refusal: Refusal) -> Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="write key"'
    return _json(refusal.status, {"success": False, "code": refusal.code, "message": refusal.message}, headers)


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    origin = {"Access-Control-Allow-Origin": "*"}
    return Response(orjson.dumps(body), status, {**origin, **(headers or {})}, "application/json")
