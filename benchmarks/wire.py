"""A keep-alive HTTP connection that costs very little, so that a load measures the server and not the client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

_END = b"\r\n\r\n"


class HttpConnection:
    """One connection for one request at a time. It is opened again if the server closed it while idle."""

    def __init__(self, address: str) -> None:
        """Use `connected`."""
        parts = urlsplit(address)
        self._place = parts.hostname, parts.port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(*self._place, limit=2**24)

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def ask(self, request: bytes) -> bytes:
        """Send a whole request and return the body of its answer. Raises RuntimeError for any status but 200."""
        try:
            head = await self._head(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            await self.open()
            head = await self._head(request)
        body = await self._body(head.lower())
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{head.split(_END[:2])[0].decode()}: {body[:500].decode('utf-8', 'replace')}")
        return body

    async def _head(self, request: bytes) -> bytes:
        self._writer.write(request)
        return await self._reader.readuntil(_END)

    async def _body(self, head: bytes) -> bytes:
        _, found, rest = head.partition(b"content-length:")
        if found:
            return await self._reader.readexactly(int(rest.partition(b"\r\n")[0]))
        parts = []
        while size := int(await self._reader.readline(), 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readline()
        await self._reader.readline()
        return b"".join(parts)


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[HttpConnection]:
    """Open a connection to `http://host:port`, and close it afterwards."""
    connection = HttpConnection(address)
    await connection.open()
    try:
        yield connection
    finally:
        connection.close()


def post(address: str, path: str, body: bytes) -> bytes:
    """Return the bytes of a request with a JSON body."""
    head = f"POST {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def throughput(address: str, request: bytes, connections: int, seconds: float) -> float:
    """Return the answers a second over several connections, each sending again as soon as it is answered."""
    end = time.perf_counter() + seconds

    async def one(connection: HttpConnection) -> int:
        answered = 0
        while time.perf_counter() < end:
            await connection.ask(request)
            answered += 1
        return answered

    async with AsyncExitStack() as stack:
        open_ones = [await stack.enter_async_context(connected(address)) for _ in range(connections)]
        began = time.perf_counter()
        answered = await asyncio.gather(*map(one, open_ones))
        return sum(answered) / (time.perf_counter() - began)


async def send_all(address: str, requests: Sequence[bytes], connections: int) -> float:
    """Send all requests over several connections, and return the seconds until the last answer."""
    left = iter(requests)

    async def one() -> None:
        async with connected(address) as connection:
            for request in left:
                await connection.ask(request)

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return time.perf_counter() - began
