"""One Bolt connection: it logs on, then exchanges messages one request at a time.

Statements whose result is not needed are pipelined: sent without waiting, ahead of the next exchange.
The protocol: https://neo4j.com/docs/bolt/current/bolt/message/. Versions 5.3 to 5.8, which the embedded engine and Neo4j
since 5.9 speak.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from graph.engine.bolt.packstream import AVAILABLE, END, UnsupportedValue, message, pack, unpack
from graph.engine.bolt.unsupported import Reason, RequestFailed, Unsupported
from graph.errors import EngineTimeout

_MAGIC = b"\x60\x60\xb0\x17"
_VERSIONS = b"\x00\x05\x08\x05"  # 5.8 and the five minor versions below it
_NO_VERSION = b"\0\0\0\0"
_HELLO, _LOGON, _GOODBYE, _RUN, _PULL, _BEGIN, _COMMIT, _ROLLBACK = 0x01, 0x6A, 0x02, 0x10, 0x3F, 0x11, 0x12, 0x13
_SUCCESS, _RECORD, _FAILURE = 0x70, 0x71, 0x7F
_PULL_ALL = message(_PULL, pack({"n": -1})) if AVAILABLE else b""
_LARGE_MESSAGE = 0x1000
"""Bytes from which a pipelined message lets the event loop run once, so that it leaves before the next one is made."""

Row = dict[str, Any]
_pack_text = lru_cache(maxsize=1024)(pack)


class BoltConnection(asyncio.Protocol):
    """A connection to use while it is `alive`. After an error or a cancellation it must be aborted."""

    def __init__(self) -> None:
        """Prepare; the event loop connects."""
        loop = asyncio.get_running_loop()
        self.opened_at = loop.time()
        self.alive = True
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._version: bytes | None = None
        self._unread: bytes | bytearray = b""
        self._chunks: list[bytes | bytearray] = []
        self._pipelined = 0
        """Successes still to come for pipelined messages."""
        self._awaited = 0
        """Successes still to come for the exchange under way."""
        self._replies: list[bytearray] = []
        self._timeout = 0.0
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._records: list[list[Any]] = []
        self._failure: Exception = Unsupported(Reason.LOST, "the connection is closed")

    async def log_on(self, user: str, password: str, timeout: float) -> None:
        """Agree on a version and log on; `timeout` is in seconds. Raises Unsupported, TimeoutError."""
        await self._exchange(_MAGIC + _VERSIONS + _NO_VERSION * 3, 1, timeout)
        if self._version != bytes((0, 0, self._version[2] if self._version else 0, 5)):
            raise Unsupported(Reason.VERSION, "no version in common")
        hello = {
            "user_agent": "membergraph",
            "bolt_agent": {"product": "membergraph"},
            "notifications_minimum_severity": "OFF",
        }
        logon = {"scheme": "basic", "principal": user, "credentials": password}
        await self._exchange(message(_HELLO, pack(hello)) + message(_LOGON, pack(logon)), 2, timeout)

    @property
    def is_idle(self) -> bool:
        """True if it is alive and no request waits for an answer."""
        return self.alive and self._waiter is None

    async def rows(
        self,
        text: str,
        parameters: Mapping[str, Any],
        extra: Mapping[str, Any],
        timeout: float,
    ) -> list[Row]:
        """Run a statement and return its rows; `timeout` is in seconds. Raises Unsupported, EngineTimeout, TimeoutError."""
        run_reply, _ = await self._exchange(_statement(text, parameters, extra), 2, timeout)
        records, self._records = self._records, []
        try:
            columns = unpack(run_reply, 2)["fields"]
            return [dict(zip(columns, record, strict=True)) for record in records]
        except (ValueError, TypeError, LookupError) as reason:
            self.alive = False
            raise Unsupported(Reason.MALFORMED, f"no columns: {reason}") from reason

    async def begin(self, extra: Mapping[str, Any], timeout: float) -> None:
        """Begin a transaction without waiting; `timeout` is in seconds. Raises Unsupported.

        The engine is then awake when the first statement arrives.
        """
        self._write(message(_BEGIN, pack(extra)), timeout)
        self._pipelined += 1
        await asyncio.sleep(0)

    async def send(self, text: str, parameters: Mapping[str, Any], timeout: float) -> None:
        """Pipeline a statement of a transaction. The exchange after it raises its failure.

        `timeout` is in seconds. Raises Unsupported, and EngineTimeout for an earlier statement.
        """
        data = _statement(text, parameters, {})
        self._write(data, timeout)
        self._pipelined += 2
        if len(data) > _LARGE_MESSAGE:
            await asyncio.sleep(0)

    async def settle(self, timeout: float) -> None:
        """Wait for the answers to all pipelined messages. Raises the first failure of them, or TimeoutError."""
        await self._exchange(b"", 0, timeout)

    async def commit(self, timeout: float) -> None:
        """Commit the transaction. Raises RequestFailed (the engine refused), another Unsupported, TimeoutError."""
        await self._exchange(message(_COMMIT), 1, timeout)

    async def rollback(self, timeout: float) -> None:
        """Undo the transaction. Raises Unsupported, TimeoutError."""
        await self._exchange(message(_ROLLBACK), 1, timeout)

    def abort(self) -> None:
        """Close the connection at once; the engine ends a statement under way."""
        self.alive = False
        self._stop_timer()
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Say goodbye and close the connection."""
        self.alive = False
        self._stop_timer()
        if self._transport is not None:
            self._transport.write(message(_GOODBYE))
            self._transport.close()

    async def _exchange(self, data: bytes, replies: int, timeout: float) -> list[bytearray]:
        self._write(data, timeout)
        self._awaited = replies
        self._replies = []
        if not replies and not self._pipelined:
            return self._replies
        self._waiter = self._loop.create_future()
        await self._waiter
        self._waiter = None
        return self._replies

    def _write(self, data: bytes, timeout: float) -> None:
        if not self.alive or self._transport is None:
            raise self._failure
        self._timeout = timeout
        self._extend_deadline()
        self._transport.write(data)

    def _extend_deadline(self) -> None:
        """Allow the full timeout for the next answer. The timer is replaced only where it would ring too late."""
        self._deadline = self._loop.time() + self._timeout
        if self._timer is not None and self._timer.when() > self._deadline:
            self._stop_timer()
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._check_deadline)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check_deadline(self) -> None:
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self._fail(TimeoutError("no answer in time"))
        else:
            self._timer = self._loop.call_at(self._deadline, self._check_deadline)

    # The event loop calls these.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)
        connected: socket.socket = transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request that waits."""
        self._stop_timer()
        self._fail(Unsupported(Reason.LOST, f"the connection was lost: {exc}"))

    def data_received(self, data: bytes) -> None:
        """Read bytes, in whatever pieces they arrive."""
        if self._unread:
            self._unread = self._unread + data
            data = self._unread  # type: ignore[assignment]
        if self._version is None:
            self._read_version(data)
            return
        try:
            self._read_messages(data)
        except UnsupportedValue as reason:
            self._fail(Unsupported(Reason.VALUE, str(reason)))
        except LookupError as reason:
            self._fail(Unsupported(Reason.MALFORMED, str(reason)))

    def _read_version(self, data: bytes) -> None:
        self._unread = data
        if len(data) >= len(_NO_VERSION):
            self._version, self._unread = bytes(data[:4]), data[4:]
            self._awaited = 0
            self._finish()

    def _read_messages(self, data: bytes) -> None:
        """Join chunks into messages. An empty chunk ends a message; between messages it only shows that the engine lives."""
        at, end = 0, len(data)
        while end - at >= 2:
            after = at + 2 + (data[at] << 8 | data[at + 1])
            if after > end:
                break
            if after > at + 2:
                if not self._chunks and data[after : after + 2] == END:
                    self._handle(bytearray(data[at + 2 : after]))
                    after += 2
                else:
                    self._chunks.append(data[at + 2 : after])
            elif self._chunks:
                whole = bytearray(self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks))
                self._chunks.clear()
                self._handle(whole)
            at = after
        self._unread = data[at:]

    def _handle(self, reply: bytearray) -> None:
        kind = reply[1]
        if kind == _RECORD:
            if not self._pipelined:  # nobody needs the rows of a pipelined statement
                self._records.append(unpack(reply, 2))
            return
        if kind == _SUCCESS:
            if self._pipelined:
                self._pipelined -= 1
                self._extend_deadline()
                if not self._pipelined and not self._awaited:
                    self._finish()
                return
            self._replies.append(reply)
            self._awaited -= 1
            if self._awaited == 0:
                self._finish()
            return
        self._fail(_failure_of(unpack(reply, 2) if kind == _FAILURE else {}))

    def _finish(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, reason: Exception) -> None:
        if self.alive:
            self._failure = reason
        self.alive = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(reason)


def _failure_of(details: Mapping[str, Any]) -> Exception:
    """Return the error for the engine's FAILURE or IGNORED."""
    code, text = (
        str(details.get("neo4j_code", details.get("code"))),
        str(details.get("message")),
    )  # the former since 5.7
    if "TransactionTimedOut" in code:
        return EngineTimeout(f"The statement ran longer than it may: {text}")
    return RequestFailed(f"{code}: {text}")


def _statement(text: str, parameters: Mapping[str, Any], extra: Mapping[str, Any]) -> bytes:
    try:
        return message(_RUN, _pack_text(text), pack(parameters), pack(extra)) + _PULL_ALL
    except UnsupportedValue as reason:
        raise Unsupported(Reason.VALUE, str(reason)) from reason
