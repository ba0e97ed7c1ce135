"""Where a running service is reached, told beside the data that it owns, so that other commands can name the right address."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from membergraph.settings import Settings

_FILE = "service.json"
_EVERYWHERE = {"http://0.0.0.0:": "http://127.0.0.1:", "http://[::]:": "http://[::1]:"}
"""What a service that listens on every address is reached by on its own machine."""


@contextmanager
def announced(settings: Settings, address: str) -> Iterator[None]:
    """Keep the address of this process's service in the data directory as long as it runs."""
    path = settings.data_dir / _FILE
    for listened, reached in _EVERYWHERE.items():
        address = address.replace(listened, reached)
    with suppress(OSError):  # without it, hints are less exact
        path.write_text(json.dumps({"address": address, "pid": os.getpid()}))
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def announced_by(settings: Settings, pid: int | None) -> str | None:
    """The address of the service that this process runs on the data directory; None where it runs none."""
    try:
        found = json.loads((settings.data_dir / _FILE).read_text())
        return str(found["address"]) if found["pid"] == pid else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
