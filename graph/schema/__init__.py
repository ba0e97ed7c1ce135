"""The vocabulary of the graph, its constraints, indexes and migrations, and the doctor that checks invariants."""

from graph.schema.doctor import Violation, check
from graph.schema.migrations import migrate

__all__ = ["Violation", "check", "migrate"]
