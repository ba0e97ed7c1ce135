"""What the engine needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

WRITER, READER = "root", "reader"
"""The embedded engine's users: one may do everything, the other only read."""
FENCE = "fence"
"""The line that asks the embedded engine's process to end every connection."""


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """Where the graph lives; without `uri` it is the embedded engine under `data_dir`."""

    data_dir: Path = Path("data")
    uri: str | None = None
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None
    writers: int = 4
    """Write transactions at once on Neo4j; the embedded engine always has one."""
    heap: str = "1g"
    """Most memory for the embedded engine's heap, as Java writes it."""
    call_timeout: float = 65.0
    """Seconds for any single call to the engine; the embedded engine itself stops a statement after 60."""
    retry_for: float = 30.0
    """Seconds in which a transaction that failed for a passing reason is tried again."""
    connect_timeout: float = 15.0
    """Seconds to reach a server."""
