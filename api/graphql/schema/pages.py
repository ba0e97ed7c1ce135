"""Relay's page shapes: one generic edge and one generic connection for every list that can grow."""

from __future__ import annotations

from typing import Generic, TypeVar

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.references import MembershipType

NodeType = TypeVar("NodeType")


@strawberry.type(description="The bounds of a page, and whether the list goes on at either end.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = plain_field("True if rows follow the last edge.")
    has_previous_page: bool = plain_field("True if rows come before the first edge.")
    start_cursor: str | None = plain_field("The first edge's cursor; null on an empty page.")
    end_cursor: str | None = plain_field("The last edge's cursor; null on an empty page.")


@strawberry.type(description="One row of a page, with its cursor.")
class Edge(Generic[NodeType]):
    """Relay's edge; `Edge[Person]` is `PersonEdge` in the schema."""

    node: NodeType = plain_field("The row.")
    cursor: str = plain_field("The place of this row, for `after` or `before` of the same query.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[NodeType]):
    """Relay's connection; `Connection[Person]` is `PersonConnection` in the schema."""

    edges: list[Edge[NodeType]] = plain_field("The page's rows, in order.")
    page_info: PageInfo = plain_field("The page's bounds.")
    total_count: int = plain_field("The number of rows on all pages. Counted only if selected.")


@strawberry.type(description="One page of a person's memberships.")
class PersonMembershipConnection(Connection[MembershipType]):
    """The contract names a person's and an organisation's memberships apart; their edges are the same."""


@strawberry.type(description="One page of an organisation's memberships.")
class OrganisationMembershipConnection(Connection[MembershipType]):
    """The same shape under the contract's other name."""
