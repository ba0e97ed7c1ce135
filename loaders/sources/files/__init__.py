"""Files as a source: CSV, JSON lines and Parquet, by a mapping of their columns."""

from loaders.sources.files.load import LoadOptions, Watcher, ledger_of, load
from loaders.sources.files.stream import FileObserver, FileReading, Files, FileStream
from loaders.sources.files.summary import FileSummary, Progress, Summary

__all__ = [
    "FileObserver",
    "FileReading",
    "FileStream",
    "FileSummary",
    "Files",
    "LoadOptions",
    "Progress",
    "Summary",
    "Watcher",
    "ledger_of",
    "load",
]
