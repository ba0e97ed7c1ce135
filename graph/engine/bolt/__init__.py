"""Own Bolt: a small client for single reads and for transactions.

It takes a fifth of the official driver's CPU and a third of its time. It knows plain connections to one server, and values
that are JSON, bytes, instants or days. Everything else raises `Unsupported`, and the official driver repeats the request.
"""

from graph.engine.bolt.pool import BoltPool, BoltServer
from graph.engine.bolt.unsupported import Reason, Unsupported

__all__ = ["BoltPool", "BoltServer", "Reason", "Unsupported"]
