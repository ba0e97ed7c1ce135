"""Facts to transactions: the one way into the graph."""

from graph.writer.origins import Origin
from graph.writer.outcome import Outcome
from graph.writer.settings import WriterSettings
from graph.writer.waiting import QueueFull
from graph.writer.writer import Writer, open_writer

__all__ = ["Origin", "Outcome", "QueueFull", "Writer", "WriterSettings", "open_writer"]
