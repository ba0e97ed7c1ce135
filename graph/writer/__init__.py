"""The writer: facts to transactions, the one way into the graph."""

from graph.writer.group_commit import QueueFull
from graph.writer.origins import Origin
from graph.writer.results import SubmitResult
from graph.writer.settings import WriterSettings
from graph.writer.writer import Writer, open_writer

__all__ = ["Origin", "QueueFull", "SubmitResult", "Writer", "WriterSettings", "open_writer"]
