"""One Bolt connection: greeted and logged on, then one exchange of messages at a time; statements of which only the effect is wanted go ahead of it.

The protocol: https://neo4j.com/docs/bolt/current/bolt/message/. Versions 5.3 to 5.8, which the embedded engine and Neo4j since 5.9 speak.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from graph.engine.bolt.packstream import AVAILABLE, END, NoPlainValue, message, packed, unpacked
from graph.errors import EngineTimeout

_MAGIC = b"\x60\x60\xb0\x17"
_VERSIONS = b"\x00\x05\x08\x05"  # 5.8 and the five minor versions below it
_NO_VERSION = b"\0\0\0\0"
_HELLO, _LOGON, _GOODBYE, _RUN, _PULL, _BEGIN, _COMMIT, _ROLLBACK = 0x01, 0x6A, 0x02, 0x10, 0x3F, 0x11, 0x12, 0x13
_SUCCESS, _RECORD, _FAILURE = 0x70, 0x71, 0x7F
_ALL = message(_PULL, packed({"n": -1})) if AVAILABLE else b""
_MUCH = 0x1000
"""Bytes of a message from which on the event loop is given a turn to send it in."""

Row = dict[str, Any]
_packed_text = lru_cache(maxsize=1024)(packed)


class LeftToDriver(Exception):
    """This is nothing for us; the driver does it, or says what is wrong. What was asked may be asked again: it only reads, or is idempotent."""


class Failed(LeftToDriver):
    """The engine answered that it could not: what was asked did not take place."""


class Connection(asyncio.Protocol):
    """A connection that is of use for as long as `alive`. After an error or a cancellation it must be `dropped`."""

    def __init__(self) -> None:
        """Begin before anything was said."""
        loop = asyncio.get_running_loop()
        self.since = loop.time()
        self.alive = True
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._shaken: bytes | None = None
        self._unread: bytes | bytearray = b""
        self._chunks: list[bytes | bytearray] = []
        self._ahead = 0
        self._awaited = 0
        self._replies: list[bytearray] = []
        self._within = 0.0
        self._late_at = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._records: list[list[Any]] = []
        self._broken: Exception = LeftToDriver("the connection is gone")

    async def greet(self, user: str, password: str, within: float) -> None:
        """Agree on a version and log on. Raises LeftToDriver, TimeoutError."""
        await self._exchange(_MAGIC + _VERSIONS + _NO_VERSION * 3, 1, within)
        if self._shaken != bytes((0, 0, self._shaken[2] if self._shaken else 0, 5)):
            raise LeftToDriver("no version in common")
        hello = {
            "user_agent": "membergraph",
            "bolt_agent": {"product": "membergraph"},
            "notifications_minimum_severity": "OFF",
        }
        logon = {"scheme": "basic", "principal": user, "credentials": password}
        await self._exchange(message(_HELLO, packed(hello)) + message(_LOGON, packed(logon)), 2, within)

    @property
    def at_rest(self) -> bool:
        """Whether it lives and waits for no answer."""
        return self.alive and self._waiting is None

    async def rows(
        self,
        text: str,
        parameters: Mapping[str, Any],
        extra: Mapping[str, Any],
        within: float,
    ) -> list[Row]:
        """Run a statement and return every record by column.

        `within` is in seconds. Raises LeftToDriver, EngineTimeout, TimeoutError.
        """
        ran, _ = await self._exchange(_statement(text, parameters, extra), 2, within)
        records, self._records = self._records, []
        try:
            columns = unpacked(ran, 2)["fields"]
            return [dict(zip(columns, record, strict=True)) for record in records]
        except (ValueError, TypeError, LookupError) as reason:
            self.alive = False
            raise LeftToDriver(f"no columns: {reason}") from reason

    async def begin(self, extra: Mapping[str, Any], within: float) -> None:
        """Have a transaction begin: the engine is awake by the time the first statement is made. Raises LeftToDriver."""
        self._write(message(_BEGIN, packed(extra)), within)
        self._ahead += 1
        await asyncio.sleep(0)

    async def send(self, text: str, parameters: Mapping[str, Any], within: float) -> None:
        """Run a statement of a transaction and wait for nothing: whatever it comes to is told by the exchange after it.

        Raises LeftToDriver, and EngineTimeout for a statement before it.
        """
        data = _statement(text, parameters, {})
        self._write(data, within)
        self._ahead += 2
        if len(data) > _MUCH:
            await asyncio.sleep(0)

    async def settle(self, within: float) -> None:
        """Wait for the answers to everything sent ahead. Raises what went wrong with it, or TimeoutError."""
        await self._exchange(b"", 0, within)

    async def commit(self, within: float) -> None:
        """Commit the transaction. Raises LeftToDriver (Failed where the engine said so), TimeoutError."""
        await self._exchange(message(_COMMIT), 1, within)

    async def rollback(self, within: float) -> None:
        """Undo the transaction. Raises LeftToDriver, TimeoutError."""
        await self._exchange(message(_ROLLBACK), 1, within)

    def drop(self) -> None:
        """End it at once; a statement under way is ended by the engine."""
        self.alive = False
        self._quiet()
        if self._transport is not None:
            self._transport.abort()

    def leave(self) -> None:
        """End it politely."""
        self.alive = False
        self._quiet()
        if self._transport is not None:
            self._transport.write(message(_GOODBYE))
            self._transport.close()

    async def _exchange(self, data: bytes, replies: int, within: float) -> list[bytearray]:
        self._write(data, within)
        self._awaited = replies
        self._replies = []
        if not replies and not self._ahead:
            return self._replies
        self._waiting = self._loop.create_future()
        await self._waiting
        self._waiting = None
        return self._replies

    def _write(self, data: bytes, within: float) -> None:
        if not self.alive or self._transport is None:
            raise self._broken
        self._within = within
        self._expect()
        self._transport.write(data)

    def _expect(self) -> None:
        """Wait for an answer, for as long as it may take. One alarm serves many: it is set anew only where it would come too late."""
        self._late_at = self._loop.time() + self._within
        if self._alarm is not None and self._alarm.when() > self._late_at:
            self._quiet()
        if self._alarm is None:
            self._alarm = self._loop.call_at(self._late_at, self._look)

    def _quiet(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _look(self) -> None:
        self._alarm = None
        if self._waiting is None:
            return
        if self._loop.time() >= self._late_at:
            self._fail(TimeoutError("no answer in time"))
        else:
            self._alarm = self._loop.call_at(self._late_at, self._look)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast(asyncio.Transport, transport)
        made: socket.socket = transport.get_extra_info("socket")
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self._quiet()
        self._fail(LeftToDriver(f"the connection was lost: {exc}"))

    def data_received(self, data: bytes) -> None:
        """Take in what came, in whatever pieces."""
        if self._unread:
            self._unread = self._unread + data
            data = self._unread  # type: ignore[assignment]
        if self._shaken is None:
            self._shake(data)
            return
        try:
            self._read(data)
        except (NoPlainValue, LookupError) as reason:
            self._fail(LeftToDriver(str(reason)))

    def _shake(self, data: bytes) -> None:
        self._unread = data
        if len(data) >= len(_NO_VERSION):
            self._shaken, self._unread = bytes(data[:4]), data[4:]
            self._awaited = 0
            self._done()

    def _read(self, data: bytes) -> None:
        """Whole chunks become messages at their end; an empty one between messages says only that the engine lives."""
        at, end = 0, len(data)
        while end - at >= 2:
            after = at + 2 + (data[at] << 8 | data[at + 1])
            if after > end:
                break
            if after > at + 2:
                if not self._chunks and data[after : after + 2] == END:
                    self._take(bytearray(data[at + 2 : after]))
                    after += 2
                else:
                    self._chunks.append(data[at + 2 : after])
            elif self._chunks:
                whole = bytearray(self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks))
                self._chunks.clear()
                self._take(whole)
            at = after
        self._unread = data[at:]

    def _take(self, said: bytearray) -> None:
        kind = said[1]
        if kind == _RECORD:
            if not self._ahead:
                self._records.append(unpacked(said, 2))
            return
        if kind == _SUCCESS:
            if self._ahead:
                self._ahead -= 1
                self._expect()
                if not self._ahead and not self._awaited:
                    self._done()
                return
            self._replies.append(said)
            self._awaited -= 1
            if self._awaited == 0:
                self._done()
            return
        told = unpacked(said, 2) if kind == _FAILURE else {}
        code, text = str(told.get("neo4j_code", told.get("code"))), str(told.get("message"))  # the former since 5.7
        if "TransactionTimedOut" in code:
            self._fail(EngineTimeout(f"The statement ran longer than it may: {text}"))
        else:
            self._fail(Failed(f"{code}: {text}"))

    def _done(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _fail(self, reason: Exception) -> None:
        if self.alive:
            self._broken = reason
        self.alive = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(reason)


def _statement(text: str, parameters: Mapping[str, Any], extra: Mapping[str, Any]) -> bytes:
    try:
        return message(_RUN, _packed_text(text), packed(parameters), packed(extra)) + _ALL
    except NoPlainValue as reason:
        raise LeftToDriver(str(reason)) from reason
