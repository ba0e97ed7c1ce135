"""Sources that have ever run, with their streams and newest runs."""

from typing import Any

from msgspec import Struct

from graph.clock import Clock
from graph.engine import Graph
from graph.sources.cursors import read_cursor
from graph.sources.runs import SHOWN, RecordedRun, check_shown, recorded_runs
from queries import text


class KnownStream(Struct, frozen=True):
    """A stream of a source: its cursor, and the instant of its last move in epoch milliseconds."""

    name: str
    cursor: Any
    moved: int | None


class KnownSource(Struct):
    """A source with its streams by name and its runs, the newest first."""

    name: str
    streams: list[KnownStream]
    runs: list[RecordedRun]

    @property
    def kind(self) -> str | None:
        """The kind of the newest run; None where none is kept."""
        return self.runs[0].run.kind if self.runs else None


async def known_sources(graph: Graph, clock: Clock, name: str | None = None, first: int = 1) -> list[KnownSource]:
    """Return every source by name, or the one of a name, with at most `first` runs of each.

    Raises UserMistake where they hold more than one answer may.
    """
    runs = await recorded_runs(graph, clock, name, first)
    found = {source: KnownSource(source, [], of) for source, of in runs.items()}
    streams = await graph.query(text("sources/streams"), {"source": name, "most": SHOWN})
    check_shown(streams, "streams")
    for row in streams:
        source = found.setdefault(row["source"], KnownSource(row["source"], [], []))
        source.streams.append(KnownStream(row["stream"], read_cursor(row["cursor"]), row["moved_at"]))
    return [found[source] for source in sorted(found)]
