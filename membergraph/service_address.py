"""The address of a running service, in a file beside its data, so that other commands can name it in hints."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from membergraph.settings import Settings

_FILE = "service.json"
_EVERY_ADDRESS = {"http://0.0.0.0:": "http://127.0.0.1:", "http://[::]:": "http://[::1]:"}
"""Loopback addresses for services that listen on every address."""


@contextmanager
def published_address(settings: Settings, address: str) -> Iterator[None]:
    """Keep the address of this process's service in the data directory while the context is open."""
    path = settings.data_dir / _FILE
    for listening, loopback in _EVERY_ADDRESS.items():
        address = address.replace(listening, loopback)
    with suppress(OSError):  # hints are less exact without it
        path.write_text(json.dumps({"address": address, "pid": os.getpid()}))
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def address_of(settings: Settings, pid: int | None) -> str | None:
    """Return the address of the service that a process runs on the data directory, or None."""
    try:
        entry = json.loads((settings.data_dir / _FILE).read_text())
        return str(entry["address"]) if entry["pid"] == pid else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
