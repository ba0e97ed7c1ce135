"""The GraphQL schema, declared with Strawberry: `SCHEMA` is for the compiler, `printed()` for `api/schema.graphql`."""

from __future__ import annotations

from typing import cast

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.graphql.schema.journeys import Stay
from api.graphql.schema.memberships import Event, Membership
from api.graphql.schema.mutations import Mutation
from api.graphql.schema.quality import IdentityConflict, Rejected
from api.graphql.schema.queries import Query
from api.graphql.schema.scalars import SCALARS, Date
from api.graphql.schema.subscriptions import Subscription

_DECLARED = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Event, Membership, Stay, Rejected, IdentityConflict, Date],
    config=StrawberryConfig(scalar_map=SCALARS),
)

SCHEMA: GraphQLSchema = _DECLARED._schema  # noqa: SLF001 - Strawberry keeps graphql-core's schema there

for _name in ("PersonRef", "OrganisationRef"):
    # Strawberry checks oneOf only when it executes, which it never does here. graphql-core checks types with this mark.
    cast("GraphQLInputObjectType", SCHEMA.type_map[_name]).is_one_of = True


def printed() -> str:
    """Return the schema as text, as `api/schema.graphql` has it."""
    return _DECLARED.as_str() + "\n"
