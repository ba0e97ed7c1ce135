"""Peers from npm, installed once into the user's cache at the versions of the lock file."""

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
    """Run @neo4j/graphql over a Neo4j in another process."""
    command = ["node", str(HERE / "neo4j_graphql.mjs"), str(install()), str(HERE / "types.graphql")]
    with started(command, PEER_URI=uri, PEER_PASSWORD=password, NODE_ENV="production") as served:
        yield served


def install() -> Path:
    """Return the folder with the peers' node_modules, installed if needed."""
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
