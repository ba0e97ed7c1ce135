"""References to types of other modules, resolved when the schema is built. They break import cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from api.graphql.schema.entities import Organisation, Person
    from api.graphql.schema.journeys import Journey, JourneyState, Objective, Stage, Stay
    from api.graphql.schema.memberships import Event, Membership

_ENTITIES = strawberry.lazy("api.graphql.schema.entities")
_MEMBERSHIPS = strawberry.lazy("api.graphql.schema.memberships")
_JOURNEYS = strawberry.lazy("api.graphql.schema.journeys")

PersonType = Annotated["Person", _ENTITIES]
OrganisationType = Annotated["Organisation", _ENTITIES]
MembershipType = Annotated["Membership", _MEMBERSHIPS]
EventType = Annotated["Event", _MEMBERSHIPS]
JourneyStateType = Annotated["JourneyState", _JOURNEYS]
JourneyType = Annotated["Journey", _JOURNEYS]
ObjectiveType = Annotated["Objective", _JOURNEYS]
StageType = Annotated["Stage", _JOURNEYS]
StayType = Annotated["Stay", _JOURNEYS]
