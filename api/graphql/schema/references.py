"""References to types of other modules, resolved when the schema is built. They break import cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from api.graphql.schema.entities import Event, Membership, Organisation, Person
    from api.graphql.schema.journeys import Journey, JourneyState, Objective, Stage, Stay

_ENTITIES = strawberry.lazy("api.graphql.schema.entities")
_JOURNEYS = strawberry.lazy("api.graphql.schema.journeys")

PersonType = Annotated["Person", _ENTITIES]
OrganisationType = Annotated["Organisation", _ENTITIES]
MembershipType = Annotated["Membership", _ENTITIES]
EventType = Annotated["Event", _ENTITIES]
JourneyStateType = Annotated["JourneyState", _JOURNEYS]
JourneyType = Annotated["Journey", _JOURNEYS]
ObjectiveType = Annotated["Objective", _JOURNEYS]
StageType = Annotated["Stage", _JOURNEYS]
StayType = Annotated["Stay", _JOURNEYS]
