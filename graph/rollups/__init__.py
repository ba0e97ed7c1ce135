"""Roll-ups: aggregates over the people and events of an organisation, asked for ad hoc or stored under a name."""

from graph.rollups.aggregations import AGGREGATIONS
from graph.rollups.checking import result_type, validate
from graph.rollups.cypher_ad_hoc import aggregate
from graph.rollups.cypher_traversals import Traversals
from graph.rollups.rollup import RollUp
from graph.rollups.stored import StoredRollUp, list_stored

__all__ = [
    "AGGREGATIONS",
    "RollUp",
    "StoredRollUp",
    "Traversals",
    "aggregate",
    "list_stored",
    "result_type",
    "validate",
]
