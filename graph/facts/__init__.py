"""Facts: their shapes, and how rows are read and refused."""

from graph.facts.facts import EntityFact, EventFact, Fact, MembershipFact
from graph.facts.rejection import InvalidInput, Rejection, unread_row
from graph.facts.row_reader import DEFAULT_SOURCE, Row, RowReader

__all__ = [
    "DEFAULT_SOURCE",
    "EntityFact",
    "EventFact",
    "Fact",
    "InvalidInput",
    "MembershipFact",
    "Rejection",
    "Row",
    "RowReader",
    "unread_row",
]
