"""Relay's page shapes: an edge, a connection and the page's bounds for every list that can grow."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import told
from api.graphql.schema.quality import IdentityConflict, Rejected
from api.graphql.schema.references import EventType, MembershipType, OrganisationType, PersonType, StayType


@strawberry.type(description="The bounds of a page and whether more lies on either side.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = told("Whether more follows the last edge.")
    has_previous_page: bool = told("Whether something comes before the first edge.")
    start_cursor: str | None = told("The first edge's cursor; null on an empty page.")
    end_cursor: str | None = told("The last edge's cursor; null on an empty page.")


EDGES = "The page's edges, in order."
PAGE = "The page's bounds."
TOTAL = "How many there are over all pages; counted only when asked for."
CURSOR = "Where this edge stands, for `after` or `before` of the same query."


@strawberry.type(description="One of the people with its place in the list.")
class PersonEdge:
    """An edge of people."""

    node: PersonType = told("The one that stands here.")
    cursor: str = told(CURSOR)


@strawberry.type(description="A page of people.")
class PersonConnection:
    """A page of people."""

    edges: list[PersonEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)


@strawberry.type(description="One of the organisations with its place in the list.")
class OrganisationEdge:
    """An edge of organisations."""

    node: OrganisationType = told("The one that stands here.")
    cursor: str = told(CURSOR)


@strawberry.type(description="A page of organisations.")
class OrganisationConnection:
    """A page of organisations."""

    edges: list[OrganisationEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)


@strawberry.type(description="One of the events with its place in the list.")
class EventEdge:
    """An edge of events."""

    node: EventType = told("The one that stands here.")
    cursor: str = told(CURSOR)


@strawberry.type(description="A page of events.")
class EventConnection:
    """A page of events."""

    edges: list[EventEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)


@strawberry.type(description="One of the stays with its place in the list.")
class StayEdge:
    """An edge of stays."""

    node: StayType = told("The one that stands here.")
    cursor: str = told(CURSOR)


@strawberry.type(description="A page of stays.")
class StayConnection:
    """A page of stays."""

    edges: list[StayEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)


@strawberry.type(description="One of the refused rows with its place in the list.")
class RejectedEdge:
    """An edge of refused rows."""

    node: Rejected = told("The one that stands here.")
    cursor: str = told(CURSOR)


@strawberry.type(description="A page of refused rows.")
class RejectedConnection:
    """A page of refused rows."""

    edges: list[RejectedEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)


@strawberry.type(description="One of the identity conflicts with its place in the list.")
class IdentityConflictEdge:
    """An edge of identity conflicts."""

    node: IdentityConflict = told("The one that stands here.")
    cursor: str = told(CURSOR)


@strawberry.type(description="A page of identity conflicts.")
class IdentityConflictConnection:
    """A page of identity conflicts."""

    edges: list[IdentityConflictEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)


@strawberry.type(description="One of the memberships with its place in the list.")
class MembershipEdge:
    """An edge of memberships."""

    node: MembershipType = told("The one that stands here.")
    cursor: str = told(CURSOR)


@strawberry.type(description="A page of a person's memberships.")
class PersonMembershipConnection:
    """A page of a person's memberships."""

    edges: list[MembershipEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)


@strawberry.type(description="A page of an organisation's memberships.")
class OrganisationMembershipConnection:
    """A page of an organisation's memberships."""

    edges: list[MembershipEdge] = told(EDGES)
    page_info: PageInfo = told(PAGE)
    total_count: int = told(TOTAL)
