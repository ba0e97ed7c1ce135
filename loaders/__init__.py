"""Sources in: streams of records become rows, and rows go to the writer or to a running service.

`load` loads files. `loaders.sync` is the kernel under it, for sources of any kind.
"""

from loaders.destinations import Destination, DryRun, RemoteService
from loaders.errors import FileUnreadable, LoadError, MappingError, SourceError
from loaders.mapping import Mapping, Section, read_mapping
from loaders.service import ServiceClient
from loaders.sources.files import FileSummary, LoadOptions, Progress, Summary, Watcher, load

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
    "ServiceClient",
    "SourceError",
    "Summary",
    "Watcher",
    "load",
    "read_mapping",
]
