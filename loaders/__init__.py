"""Sources in: files become rows, rows go to the writer or to a running service.

`load` is the whole door: it opens files, translates their records by a mapping, keeps several batches in flight
and tells what was created, updated, left unchanged and refused.
"""

from loaders.destinations import Destination, DryRun
from loaders.errors import FileUnreadable, LoadError, MappingError
from loaders.load import LoadOptions, Watcher, load
from loaders.mapping import Mapping, Section, read_mapping
from loaders.remote import RemoteService
from loaders.service import Service
from loaders.summary import FileSummary, Progress, Summary

__all__ = [
    "Destination",
    "DryRun",
    "FileSummary",
    "FileUnreadable",
    "LoadError",
    "LoadOptions",
    "Mapping",
    "MappingError",
    "Progress",
    "RemoteService",
    "Section",
    "Service",
    "Summary",
    "Watcher",
    "load",
    "read_mapping",
]
