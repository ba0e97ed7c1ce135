"""Roll-ups: aggregates over the people and events of an organisation, asked for once or stored under a name."""

from graph.rollups.checking import result_type, validate
from graph.rollups.cypher import aggregate
from graph.rollups.cypher_walks import Before
from graph.rollups.definition import StoredRollUp, define, list_stored, remove
from graph.rollups.evaluator import Evaluator
from graph.rollups.rollup import RollUp
from graph.rollups.sums import ROUNDED

__all__ = [
    "ROUNDED",
    "Before",
    "Evaluator",
    "RollUp",
    "StoredRollUp",
    "aggregate",
    "define",
    "list_stored",
    "remove",
    "result_type",
    "validate",
]
