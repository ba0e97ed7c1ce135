"""Settings of the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

WRITER, READER = "root", "reader"
"""The users of the embedded engine: one with every right, one that only reads."""
FENCE = "fence"
"""The line that tells the embedded engine's process to end every connection."""


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """Address of the graph, credentials and limits. Without `uri` it is the embedded engine under `data_dir`."""

    data_dir: Path = Path("data")
    uri: str | None = None
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None
    own_bolt: bool = True
    """False sends everything by the official driver."""
    writers: int = 4
    """Write transactions at once on Neo4j; the embedded engine always has one."""
    heap: str = "1g"
    """Largest heap of the embedded engine, as Java writes it."""
    call_timeout: float = 65.0
    """Seconds for any single call to the engine. The embedded engine itself ends a statement after 60."""
    retry_for: float = 30.0
    """Seconds during which a transaction is retried after a temporary failure."""
    connect_timeout: float = 15.0
    """Seconds to reach a server."""
