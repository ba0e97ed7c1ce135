"""A response leaves in one piece, in whatever pieces uvicorn writes it."""

from __future__ import annotations

import asyncio
from typing import Any

from membergraph.connection import CoalescingTransport


class Wire(asyncio.Transport):
    """Takes what is written, in the pieces in which it came."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    def writelines(self, pieces: Any) -> None:
        assert not self.closed
        self.pieces.append(b"".join(pieces))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def test_what_is_written_in_one_turn_leaves_at_once_and_what_comes_later_later():
    wire = Wire()
    connection = CoalescingTransport(wire)
    connection.write(b"head ")
    connection.write(b"body")
    assert wire.pieces == []
    await asyncio.sleep(0)
    connection.write(b"the next")
    await asyncio.sleep(0)
    assert wire.pieces == [b"head body", b"the next"]


async def test_what_was_written_leaves_before_the_connection_closes():
    wire = Wire()
    connection = CoalescingTransport(wire)
    connection.write(b"400")
    connection.close()
    await asyncio.sleep(0)
    assert wire.closed
    assert wire.pieces == [b"400"]


async def test_what_nobody_can_receive_any_more_is_forgotten():
    wire = Wire()
    connection = CoalescingTransport(wire)
    connection.write(b"head")
    wire.close()
    await asyncio.sleep(0)
    assert wire.pieces == []
