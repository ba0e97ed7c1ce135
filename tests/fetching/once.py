"""Files that several test processes need and one of them fetches."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cached(name: str) -> Path:
    """The place in the user's cache for what is fetched under this name."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "membergraph" / name


@contextmanager
def one_at_a_time(place: Path) -> Iterator[None]:
    """Wait until no other process fetches to this place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
