"""Peers from npm, installed once, at the versions of the lock file, into the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.serving import Served, started

HERE = Path(__file__).parent


@contextmanager
def neo4j_graphql(uri: str, password: str) -> Iterator[Served]:
    """@neo4j/graphql over a Neo4j, in a process of its own."""
    command = ["node", str(HERE / "neo4j_graphql.mjs"), str(installed()), str(HERE / "types.graphql")]
    with started(command, PEER_URI=uri, PEER_PASSWORD=password, NODE_ENV="production") as served:
        yield served


def installed() -> Path:
    """The folder that holds the peers' node_modules."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = cache / "membergraph" / f"benchmark-peers-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=300)
        (folder / "done").touch()
    return folder
