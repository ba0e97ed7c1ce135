"""The kernel of syncs: it reads the streams of a source page by page, and sends the pages to a destination.

A sync goes on from the cursor behind the last acknowledged page. It retries errors that may pass, and keeps a ledger of its runs.
"""

from loaders.sync.backoff import Backoff
from loaders.sync.kernel import SyncObserver, SyncOptions, sync
from loaders.sync.ledger import GraphLedger, Ledger, NoLedger, RemoteLedger
from loaders.sync.streams import Cursor, Page, Source, Stream

__all__ = [
    "Backoff",
    "Cursor",
    "GraphLedger",
    "Ledger",
    "NoLedger",
    "Page",
    "RemoteLedger",
    "Source",
    "Stream",
    "SyncObserver",
    "SyncOptions",
    "sync",
]
