"""Roll-ups: aggregates over the people and events of an organisation, asked for once or stored under a name."""

from graph.rollups.checking import result_type, validate
from graph.rollups.cypher import aggregate
from graph.rollups.cypher_traversals import Before
from graph.rollups.rollup import RollUp
from graph.rollups.stored import StoredRollUp, list_stored
from graph.rollups.sums import ROUNDED

__all__ = [
    "ROUNDED",
    "Before",
    "RollUp",
    "StoredRollUp",
    "aggregate",
    "list_stored",
    "result_type",
    "validate",
]
