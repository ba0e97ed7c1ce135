"""The engine: an embedded one that comes with the install, or a Neo4j at an address.

Differences between them stay in this folder. All other code uses a `Graph` with `read`, `write` and `query`.

Names are imported at their first use. The driver takes longer to import than most commands need to answer, and the
embedded engine's own process does not need it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph.engine.graph import Graph
    from graph.engine.opening import open_graph
    from graph.engine.settings import GraphSettings
    from graph.engine.transaction import Transaction

__all__ = ["Graph", "GraphSettings", "Transaction", "open_graph"]

_MODULES = {"Graph": "graph", "GraphSettings": "settings", "Transaction": "transaction", "open_graph": "opening"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
