"""One connection of a client: written to in whole pieces, read from within bounds of size and time.

Uvicorn bounds only how long a connection may be idle between requests. A client that sends a byte now and then, or fetches
none of its answer, would hold a connection for ever.
"""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable
from typing import NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

_LARGEST_HEAD = 65_536
_LINGER = 5.0
"""Seconds in which a client that was answered in the middle of its request stops sending."""
_SLOWEST = 10_000
"""Bytes a second: what is slower than this beyond its time of grace does not mean to arrive."""


class Bounds(NamedTuple):
    """What connections may be: how many, and the seconds that a head may take, and a body beyond its slowest."""

    connections: int = 800
    head: float = 10.0
    body: float = 20.0


class Together(asyncio.Transport):
    """A connection on which all that is written in one turn of the event loop leaves at once: a response's head with its body.

    Where the client is still sending when it closes, the rest is read and dropped for a while: else the system would answer
    it with a reset, and the client never see the response.
    """

    def __init__(self, transport: asyncio.Transport, is_sending: Callable[[], bool] = lambda: False) -> None:
        super().__init__()
        self._transport = transport
        self._is_sending = is_sending
        self._written: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self.lingers = False
        self.get_extra_info = transport.get_extra_info  # type: ignore[method-assign]
        self.pause_reading = transport.pause_reading  # type: ignore[method-assign]
        self.resume_reading = transport.resume_reading  # type: ignore[method-assign]

    def is_closing(self) -> bool:
        """Whether nothing more is written."""
        return self.lingers or self._transport.is_closing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keeps it until the turn ends."""
        if not self._written:
            self._loop.call_soon(self._leave)
        self._written.append(bytes(data))

    def close(self) -> None:
        """Closes once all has left, and the client has stopped sending."""
        self._leave()
        if self.is_closing():
            return
        if self._is_sending() and self._transport.can_write_eof():
            self.lingers = True
            self._transport.write_eof()
            self._transport.resume_reading()
            self._loop.call_later(_LINGER, self._transport.close)
        else:
            self._transport.close()

    def _leave(self) -> None:
        written, self._written = self._written, []
        if written and not self.is_closing():
            self._transport.writelines(written)


class Connection(HttpToolsProtocol):
    """Uvicorn's protocol within bounds. Whole requests cost nothing more: a timer is set only for what is not yet there."""

    bounds = Bounds()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Write by way of `Together`; answer at once where there are too many connections."""
        self._together = Together(transport, self._is_sending)
        super().connection_made(self._together)
        self._wire = transport
        self._timer: TimerHandle | None = None
        self._in_body = False
        self._received = 0
        self._begun = 0.0
        self._unsent: tuple[TimerHandle, int] | None = None
        if len(self.connections) > self.bounds.connections:
            self._end(503, "too many connections are open")
        else:
            self._await()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stop()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; where that ends in the middle of a request, the rest is awaited."""
        if self._together.lingers:
            return
        self._received += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._stop()
        elif not self._in_body and self._received > _LARGEST_HEAD:
            self._end(431, "the head of the request is too large")
        elif self._timer is None and (self._in_body or self._idle()):
            self._await()

    def on_headers_complete(self) -> None:
        """Await the body."""
        super().on_headers_complete()
        self._in_body = True
        self._received = 0
        self._stop()

    def on_message_complete(self) -> None:
        """Await the next head."""
        super().on_message_complete()
        self._in_body = False
        self._received = 0
        self._stop()

    def pause_writing(self) -> None:
        """Watch whether the client fetches what waits for it."""
        super().pause_writing()
        if self._unsent is None:
            self._watch()

    def resume_writing(self) -> None:
        """Watch no more."""
        super().resume_writing()
        if self._unsent is not None:
            self._unsent[0].cancel()
            self._unsent = None

    def _is_sending(self) -> bool:
        """Whether the client is in the middle of a request."""
        return self._in_body or self._received > 0

    def _idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _await(self) -> None:
        self._begun = self.loop.time()
        self._timer = self.loop.call_later(self._allowed(), self._late)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _allowed(self) -> float:
        """Seconds from `_begun` for what has come so far and the rest of it."""
        return self.bounds.body + self._received / _SLOWEST if self._in_body else self.bounds.head

    def _late(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:  # what came is not yet taken by us: the client is not late
            self._await()
        elif (left := self._begun + self._allowed() - self.loop.time()) > 0:
            self._timer = self.loop.call_later(left, self._late)
        elif self._in_body:
            self._end_body()
        elif self._idle():
            if self._received:
                self._end(408, "the head of the request did not come in time")
            else:
                self.transport.close()

    def _end_body(self) -> None:
        if self._idle():  # answered before its body had come
            self.transport.close()
        else:
            self._end(408, "the body of the request did not come in time")
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _end(self, status: int, reason: str) -> None:
        """Answer without the application, and close."""
        self._stop()
        if not self._idle() and self.cycle.response_started:
            self.transport.close()
            return
        body = reason.encode()
        headers = [*self.server_state.default_headers, (b"content-type", b"text/plain"), (b"connection", b"close")]
        head = b"".join(b"%s: %s\r\n" % pair for pair in headers)
        self.transport.write(b"%s%scontent-length: %d\r\n\r\n%s" % (STATUS_LINE[status], head, len(body), body))
        self.transport.close()

    def _watch(self) -> None:
        handle = self.loop.call_later(self.bounds.body, self._look)
        self._unsent = (handle, self._wire.get_write_buffer_size())

    def _look(self) -> None:
        assert self._unsent is not None
        before = self._unsent[1]
        if self._wire.get_write_buffer_size() > before - self.bounds.body * _SLOWEST:
            self._wire.abort()
        else:
            self._watch()
