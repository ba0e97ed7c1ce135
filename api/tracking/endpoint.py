"""`/v1/…`, as Segment's SDKs call it: read, check the key, translate, write, and answer once it is committed (F10)."""

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
from graph.facts import Refused, unread_row
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
LISTED = 1_000
"""CallRefusals, and as many warnings, that one answer lists; the rest are counted. All are kept in the graph."""
_AT_ONCE = 200
"""Calls that are read before others get their turn on the event loop."""


@dataclass(frozen=True)
class TrackingLimits:
    """What one request may be (bytes, calls), by a public key too, and how many calls may wait for their commit at once."""

    request_bytes: int = 512_000
    call_bytes: int = 32_768
    waiting_calls: int = 20_000
    request_calls: int = 5_000
    public_bytes: int = 256_000
    public_calls: int = 500
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
        """Answers one request; never raises."""
        try:
            if request.method == "OPTIONS":
                return self._preflight()
            return await self._accept(request)
        except TrackingRefusal as refusal:
            return _refused(refusal)
        except MembergraphError as error:
            log.warning("tracking: %s", error)
            status = 429 if isinstance(error, QueueFull) else 503
            return _refused(TrackingRefusal(status, error.code, error.message, self._limits.retry_after))
        except Disconnected:
            return Response(status_code=400)
        except Exception:
            log.exception("tracking: a request failed")
            return _refused(TrackingRefusal(500, "INTERNAL", "the request failed; it is safe to send it again"))

    def _preflight(self) -> Response:
        # Without a key configured, a page on any site could write to a service on this machine: no CORS then.
        if self._keys.empty:
            raise TrackingRefusal(
                403, "NO_CORS", "web pages may send only to a service that has keys: membergraph keys create"
            )
        return Response(status_code=204, headers=_CORS)

    async def _accept(self, request: Request) -> Response:
        body = await self._body(request)
        try:
            batch = await _decoded(request.url.path.rpartition("/")[2], body)
        except Malformed as error:
            if error.text.strip():
                await self._keep(error, authorise(self._keys, request, key_in(error.text)))
            raise TrackingRefusal(400, "BAD_JSON", str(error)) from error
        who = authorise(self._keys, request, batch.write_key)
        self._check(batch, len(body), who)
        waiting = len(batch.raw)
        if self._waiting and self._waiting + waiting > self._limits.waiting_calls:
            raise TrackingRefusal(429, "BUSY", "too many calls wait to be written; try again", self._limits.retry_after)
        self._waiting += waiting
        try:
            return _accepted(batch, await self._write(batch, who.source))
        finally:
            self._waiting -= waiting

    async def _body(self, request: Request) -> bytes:
        most = self._limits.request_bytes
        try:
            return await read_unpacked(request.headers, request.receive, most)
        except TooLarge as error:
            raise _too_large(most) from error
        except NotUnpacked as error:
            raise TrackingRefusal(400, "BAD_ENCODING", str(error)) from error

    def _check(self, batch: CallBatch, size: int, who: TrackingGrant) -> None:
        limits = self._limits
        if who.public and size > limits.public_bytes:
            raise _too_large(limits.public_bytes)
        most = limits.public_calls if who.public else limits.request_calls
        if len(batch.raw) > most:
            what = f"a request has at most {most:,} calls, not {len(batch.raw):,}; send them in several"
            raise TrackingRefusal(413, "TOO_MANY_CALLS", what)

    async def _keep(self, error: Malformed, who: TrackingGrant) -> None:
        """Keeps a body that is no batch as it came, for people to look at (F9)."""
        row = unread_row(UNREADABLE, {"call": error.text}, Refused("BAD_JSON", str(error)), who.source)
        await self._writer.submit([row])

    async def _write(self, batch: CallBatch, source: str) -> CallRefusals:
        plan = CallRows(self._clock.now(), source)
        for start in range(0, len(batch.raw), _AT_ONCE):
            if start:
                await asyncio.sleep(0)
            for raw in batch.raw[start : start + _AT_ONCE]:
                plan.add(raw, batch.call(raw, self._limits.call_bytes))
        return plan.refusals(await self._writer.submit(plan.rows) if plan.rows else Outcome())


async def _decoded(path: str, body: bytes) -> CallBatch:
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


def _accepted(batch: CallBatch, refused: CallRefusals) -> Response:
    accepted = len(batch.raw) - len({one["index"] for one in refused.calls})
    answer: dict[str, Any] = {"success": True, "accepted": accepted}
    for name, found in (("rejected", refused.calls), ("warnings", refused.warnings)):
        answer[name] = found[:LISTED]
        if len(found) > LISTED:
            answer[f"{name}Count"] = len(found)
    return _json(200, answer)


def _refused(refusal: TrackingRefusal) -> Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="write key"'
    return _json(refusal.status, {"success": False, "code": refusal.code, "message": refusal.message}, headers)


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    origin = {"Access-Control-Allow-Origin": "*"}
    return Response(orjson.dumps(body), status, {**origin, **(headers or {})}, "application/json")
