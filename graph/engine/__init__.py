"""The engine: an embedded one that comes with the install, or a Neo4j by address, behind one seam.

What differs between them stays in this folder. Everyone else sees a `Graph` with `read`, `write` and `query`.
"""

from graph.engine.graph import Graph
from graph.engine.opening import open_graph
from graph.engine.settings import GraphSettings
from graph.engine.transaction import Transaction

__all__ = ["Graph", "GraphSettings", "Transaction", "open_graph"]
