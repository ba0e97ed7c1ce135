"""Constraints, indexes and numbered migrations, and the doctor that checks what must hold of any graph."""

from graph.schema.doctor import Violation, check
from graph.schema.migrations import migrate

__all__ = ["Violation", "check", "migrate"]
