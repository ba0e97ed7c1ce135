"""The facts and what makes one valid."""

from graph.facts.facts import EntityFact, EventFact, Fact, MembershipFact
from graph.facts.reading import DEFAULT_SOURCE, Reading, Row
from graph.facts.rejection import Refused, Rejection, unread_row

__all__ = [
    "DEFAULT_SOURCE",
    "EntityFact",
    "EventFact",
    "Fact",
    "MembershipFact",
    "Reading",
    "Refused",
    "Rejection",
    "Row",
    "unread_row",
]
