"""Facts: their shapes, and how rows are read and refused."""

from graph.facts.facts import EntityFact, EventFact, Fact, MembershipFact
from graph.facts.rejection import InvalidInput, Rejection, unread_row
from graph.facts.row_reader import DEFAULT_SOURCE, LONGEST_SOURCE, Row, RowReader, is_source

__all__ = [
    "DEFAULT_SOURCE",
    "LONGEST_SOURCE",
    "EntityFact",
    "EventFact",
    "Fact",
    "InvalidInput",
    "MembershipFact",
    "Rejection",
    "Row",
    "RowReader",
    "is_source",
    "unread_row",
]
