"""One connection of a client, with limits of size and time.

Uvicorn limits only the idle time between requests. A client that sends a byte now and then, or that reads no answer, would
hold a connection for ever.
"""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable
from typing import NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

_LARGEST_HEAD = 65_536
_LINGER = 5.0
"""Seconds for which the rest of a request is read and dropped, after an answer in the middle of it."""
_SLOWEST = 10_000
"""Bytes a second. A slower client gives up its connection after the fixed part of its time."""


class ConnectionLimits(NamedTuple):
    """The largest number of connections, and the seconds for a request's head and for its body.

    A body has further time for its bytes, at the slowest rate allowed.
    """

    connections: int = 800
    head: float = 10.0
    body: float = 20.0


class CoalescingTransport(asyncio.Transport):
    """A transport that sends everything written in one turn of the event loop at once, such as a head with its body.

    If the client is still sending at the close, the rest is read and dropped for a while. The system would otherwise answer
    the rest with a reset, and the client would never see the response.
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
        """Return whether nothing more is sent."""
        return self.lingers or self._transport.is_closing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep data until the turn of the event loop ends."""
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(bytes(data))

    def close(self) -> None:
        """Close after everything was sent and the client has stopped sending."""
        self._send()
        if self.is_closing():
            return
        if self._is_sending() and self._transport.can_write_eof():
            self.lingers = True
            self._transport.write_eof()
            self._transport.resume_reading()
            self._loop.call_later(_LINGER, self._transport.close)
        else:
            self._transport.close()

    def _send(self) -> None:
        written, self._written = self._written, []
        if written and not self.is_closing():
            self._transport.writelines(written)


class BoundedConnection(HttpToolsProtocol):
    """Uvicorn's protocol with limits. A whole request costs nothing more: only the rest of a request needs a timer."""

    limits = ConnectionLimits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Coalesce writes; refuse the client if there are too many connections."""
        self._coalescing = CoalescingTransport(transport, self._is_sending)
        super().connection_made(self._coalescing)
        self._socket_transport = transport
        self._timer: TimerHandle | None = None
        self._in_body = False
        self._received = 0
        self._timer_started_at = 0.0
        self._unsent: tuple[TimerHandle, int] | None = None
        if len(self.connections) > self.limits.connections:
            self._end(503, "too many connections are open")
        else:
            self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers."""
        self._stop_timer()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read bytes; if they end in the middle of a request, start a timer for the rest."""
        if self._coalescing.lingers:
            return
        self._received += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._stop_timer()
        elif not self._in_body and self._received > _LARGEST_HEAD:
            self._end(431, "the head of the request is too large")
        elif self._timer is None and (self._in_body or self._is_idle()):
            self._start_timer()

    def on_headers_complete(self) -> None:
        """Prepare for the body."""
        super().on_headers_complete()
        self._in_body = True
        self._received = 0
        self._stop_timer()

    def on_message_complete(self) -> None:
        """Prepare for the next head."""
        super().on_message_complete()
        self._in_body = False
        self._received = 0
        self._stop_timer()

    def pause_writing(self) -> None:
        """Start to watch whether the client reads its answer."""
        super().pause_writing()
        if self._unsent is None:
            self._watch_sending()

    def resume_writing(self) -> None:
        """Stop watching."""
        super().resume_writing()
        if self._unsent is not None:
            self._unsent[0].cancel()
            self._unsent = None

    def _is_sending(self) -> bool:
        """Return whether the client is in the middle of a request."""
        return self._in_body or self._received > 0

    def _is_idle(self) -> bool:
        """Return whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _start_timer(self) -> None:
        self._timer_started_at = self.loop.time()
        self._timer = self.loop.call_later(self._allowed_seconds(), self._on_deadline)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _allowed_seconds(self) -> float:
        """Return the seconds, from the start of the timer, that the client has for the rest."""
        return self.limits.body + self._received / _SLOWEST if self._in_body else self.limits.head

    def _on_deadline(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:  # the application has not read it all: the client is not late
            self._start_timer()
        elif (left := self._timer_started_at + self._allowed_seconds() - self.loop.time()) > 0:
            self._timer = self.loop.call_later(left, self._on_deadline)
        elif self._in_body:
            self._end_body()
        elif self._is_idle():
            if self._received:
                self._end(408, "the head of the request did not come in time")
            else:
                self.transport.close()

    def _end_body(self) -> None:
        if self._is_idle():  # the answer came before the whole body
            self.transport.close()
        else:
            self._end(408, "the body of the request did not come in time")
            self.cycle.disconnected = True
            self.cycle.message_event.set()

    def _end(self, status: int, reason: str) -> None:
        """Answer without the application, and close the connection."""
        self._stop_timer()
        if not self._is_idle() and self.cycle.response_started:
            self.transport.close()
            return
        body = reason.encode()
        headers = [*self.server_state.default_headers, (b"content-type", b"text/plain"), (b"connection", b"close")]
        head = b"".join(b"%s: %s\r\n" % pair for pair in headers)
        self.transport.write(b"%s%scontent-length: %d\r\n\r\n%s" % (STATUS_LINE[status], head, len(body), body))
        self.transport.close()

    def _watch_sending(self) -> None:
        handle = self.loop.call_later(self.limits.body, self._check_sending)
        self._unsent = (handle, self._socket_transport.get_write_buffer_size())

    def _check_sending(self) -> None:
        assert self._unsent is not None
        before = self._unsent[1]
        if self._socket_transport.get_write_buffer_size() > before - self.limits.body * _SLOWEST:
            self._socket_transport.abort()
        else:
            self._watch_sending()
