"""The service: graph, writer, evaluator and API in one process, started in this order and stopped in reverse.

The embedded engine takes seconds to start, and so does the import of the API. Both happen at the same time.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from ipaddress import ip_address
from typing import TYPE_CHECKING

from api.keys import list_keys
from graph.errors import UserMistake
from membergraph.service_address import published_address
from membergraph.settings import Settings
from membergraph.workplace import Workplace, workplace

if TYPE_CHECKING:
    from graph.evaluation import Evaluator
    from graph.writer import Writer


@dataclass(frozen=True)
class Service:
    """The running parts of a service."""

    place: Workplace
    writer: Writer
    evaluator: Evaluator


Prepare = Callable[[Workplace], Awaitable[None]]
OnReady = Callable[[str], None]


async def serve(settings: Settings, *, on_ready: OnReady, prepare: Prepare | None = None) -> None:
    """Serve until this is cancelled.

    `prepare` works on the graph before anybody else. `on_ready` gets the address once the service answers there.
    Raises UserMistake for unusable keys, secret or address, and EngineError if the graph does not open.
    """
    list_keys(settings.keys_path())
    settings.secret_bytes()
    with listening(settings) as listener:
        async with _started_service(settings, prepare) as service:
            from membergraph.api_server import serve_api  # noqa: PLC0415 - imported by now

            with published_address(settings, address(listener)):
                await serve_api(service, listener, lambda: on_ready(address(listener)))


@asynccontextmanager
async def _started_service(settings: Settings, prepare: Prepare | None) -> AsyncIterator[Service]:
    """Open the graph, prepare it, and start writer and evaluator; stop them in reverse order."""
    importing = asyncio.create_task(asyncio.to_thread(import_module, "membergraph.api_server"))
    async with workplace(settings) as place:
        await importing
        freeze_loaded_objects()
        if prepare is not None and not place.graph.damage:
            await prepare(place)

        from graph.evaluation import Evaluator  # noqa: PLC0415 - imported by now
        from membergraph.writers import writer_of  # noqa: PLC0415

        async with writer_of(place) as writer:
            evaluator = Evaluator(place.graph, place.clock)
            writer.on_commit(evaluator.wake)
            if not place.graph.damage:
                await evaluator.start()
            try:
                yield Service(place, writer, evaluator)
            finally:
                await evaluator.stop()


def freeze_loaded_objects() -> None:
    """Exclude all objects loaded so far from garbage collection, and collect less often.

    Batches and large answers are many small objects that live shortly.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """Listen on the address of the settings. Raises UserMistake if it is taken, or if it needs a key first."""
    if not _is_loopback(settings.host) and not list_keys(settings.keys_path()):
        raise UserMistake(
            "KEY_NEEDED",
            f"without a key the service listens on this machine only, not on {settings.host[:100]}",
            "host",
            hint="Make one first: membergraph keys create NAME --scope read --scope write",
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        raise _not_listening(settings, error) from error
    with listener:
        yield listener


def _not_listening(settings: Settings, error: OSError | UnicodeError) -> UserMistake:
    reason = getattr(error, "strerror", None) or "it is no name of a host"
    hint = "Name an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them."
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        other = settings.port % 65_535 + 1
        hint = f"Is a service running there? Choose another port: --port {other}, or 0 for a free one."
    elif getattr(error, "errno", None) == errno.EACCES:
        hint = "Ports below 1024 need rights: choose a higher one with --port, or 0 for a free one."
    return UserMistake(
        "ADDRESS_TAKEN", f"{settings.host[:100]}:{settings.port} cannot be listened on: {reason}", "port", hint=hint
    )


def address(listener: socket.socket) -> str:
    """Return the address of a service with this listener."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return False
