"""`/v1/…` as Segment's SDKs call it: read, check the key, translate, write, and answer after the commit (F10)."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.bodies import Disconnected, NotUnpacked, TooLarge, read_unpacked
from api.keys import KeyRing
from api.tracking.call_rows import UNREADABLE, CallRefusals, CallRows
from api.tracking.calls import BATCH, CallBatch, Malformed, decode_batch, key_in, salvage_batch
from api.tracking.refusal import TrackingRefusal
from api.tracking.sources import TrackingGrant, authorise
from graph.clock import Clock
from graph.errors import MembergraphError
from graph.facts import InvalidInput, unread_row
from graph.writer import SubmitResult, Writer
from graph.writer.group_commit import QueueFull

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
"""The type of call of each path under /v1. The browser's SDK uses the short paths."""
BATCH_PATHS = ("batch", "b", "import")
LISTED = 1_000
"""Refusals, and likewise warnings, in one response. Further ones are only counted. The graph keeps them all."""
_CALLS_PER_SLICE = 200
"""Calls to decode before other requests get the event loop."""


@dataclass(frozen=True)
class TrackingLimits:
    """Bounds of one request in bytes and calls, tighter ones for public keys, and of all calls that wait for their commit.

    `retry_after` is in seconds.
    """

    request_bytes: int = 512_000
    call_bytes: int = 32_768
    waiting_calls: int = 20_000
    request_calls: int = 5_000
    public_bytes: int = 256_000
    public_calls: int = 500
    retry_after: int = 1


class Tracking:
    """The endpoint over one writer."""

    def __init__(self, writer: Writer, keys: KeyRing, clock: Clock, limits: TrackingLimits | None = None) -> None:
        self._writer = writer
        self._keys = keys
        self._clock = clock
        self._limits = limits or TrackingLimits()
        self._waiting = 0

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at the root."""
        paths = [*KINDS, *BATCH_PATHS]
        return [Route(f"/v1/{path}", self.answer, methods=["POST", "OPTIONS"], name=f"track-{path}") for path in paths]

    async def answer(self, request: Request) -> Response:
        """Answer one request. Never raises."""
        try:
            if request.method == "OPTIONS":
                return self._preflight()
            return await self._accept(request)
        except TrackingRefusal as refusal:
            return _refusal_response(refusal)
        except MembergraphError as error:
            log.warning("tracking: %s", error)
            status = 429 if isinstance(error, QueueFull) else 503
            return _refusal_response(TrackingRefusal(status, error.code, error.message, self._limits.retry_after))
        except Disconnected:
            return Response(status_code=400)
        except Exception:
            log.exception("tracking: a request failed")
            return _refusal_response(
                TrackingRefusal(500, "INTERNAL", "the request failed; it is safe to send it again")
            )

    def _preflight(self) -> Response:
        # Without keys, CORS would let a page of any site write to a service on this machine.
        if self._keys.empty:
            raise TrackingRefusal(
                403, "NO_CORS", "web pages may send only to a service that has keys: membergraph keys create"
            )
        return Response(status_code=204, headers=_CORS)

    async def _accept(self, request: Request) -> Response:
        body = await self._body(request)
        try:
            batch = await _decode(request.url.path.rpartition("/")[2], body)
        except Malformed as error:
            if error.text.strip():
                await self._keep(error, authorise(self._keys, request, key_in(error.text)))
            raise TrackingRefusal(400, "BAD_JSON", str(error)) from error
        grant = authorise(self._keys, request, batch.write_key)
        self._check(batch, len(body), grant)
        calls = len(batch.raw)
        if self._waiting and self._waiting + calls > self._limits.waiting_calls:
            raise TrackingRefusal(429, "BUSY", "too many calls wait to be written; try again", self._limits.retry_after)
        self._waiting += calls
        try:
            return _accepted_response(batch, await self._write(batch, grant.source))
        finally:
            self._waiting -= calls

    async def _body(self, request: Request) -> bytes:
        most = self._limits.request_bytes
        try:
            return await read_unpacked(request.headers, request.receive, most)
        except TooLarge as error:
            raise _too_large(most) from error
        except NotUnpacked as error:
            raise TrackingRefusal(400, "BAD_ENCODING", str(error)) from error

    def _check(self, batch: CallBatch, size: int, grant: TrackingGrant) -> None:
        limits = self._limits
        if grant.public and size > limits.public_bytes:
            raise _too_large(limits.public_bytes)
        most = limits.public_calls if grant.public else limits.request_calls
        if len(batch.raw) > most:
            message = f"a request has at most {most:,} calls, not {len(batch.raw):,}; send them in several"
            raise TrackingRefusal(413, "TOO_MANY_CALLS", message)

    async def _keep(self, error: Malformed, grant: TrackingGrant) -> None:
        """Store a malformed body as a rejected row, for people to look at (F9)."""
        row = unread_row(UNREADABLE, {"call": error.text}, InvalidInput("BAD_JSON", str(error)), grant.source)
        await self._writer.submit([row])

    async def _write(self, batch: CallBatch, source: str) -> CallRefusals:
        rows = CallRows(self._clock.now(), source)
        for start in range(0, len(batch.raw), _CALLS_PER_SLICE):
            if start:
                await asyncio.sleep(0)
            for raw in batch.raw[start : start + _CALLS_PER_SLICE]:
                rows.add(raw, batch.call(raw, self._limits.call_bytes))
        return rows.refusals(await self._writer.submit(rows.rows) if rows.rows else SubmitResult())


async def _decode(path: str, body: bytes) -> CallBatch:
    kind = BATCH if path in BATCH_PATHS else KINDS[path]
    batch = decode_batch(body, kind)
    return await asyncio.to_thread(salvage_batch, body, kind) if batch is None else batch


def _too_large(most: int) -> TrackingRefusal:
    return TrackingRefusal(413, "REQUEST_TOO_LARGE", f"a request has at most {most:,} bytes; send fewer calls at once")


_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Content-Encoding",
    "Access-Control-Max-Age": "86400",
}


def _accepted_response(batch: CallBatch, refusals: CallRefusals) -> Response:
    accepted = len(batch.raw) - len({one["index"] for one in refusals.calls})
    answer: dict[str, Any] = {"success": True, "accepted": accepted}
    for name, found in (("rejected", refusals.calls), ("warnings", refusals.warnings)):
        answer[name] = found[:LISTED]
        if len(found) > LISTED:
            answer[f"{name}Count"] = len(found)
    return _json(200, answer)


def _refusal_response(refusal: TrackingRefusal) -> Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="write key"'
    return _json(refusal.status, {"success": False, "code": refusal.code, "message": refusal.message}, headers)


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    origin = {"Access-Control-Allow-Origin": "*"}
    return Response(orjson.dumps(body), status, {**origin, **(headers or {})}, "application/json")
