"""Names of types that refer to each other across modules, resolved when the schema is built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from api.graphql.schema.entities import Event, Membership, Organisation, Person
    from api.graphql.schema.journeys import Journey, JourneyState, Objective, Stay
    from api.graphql.schema.pages import (
        EventConnection,
        OrganisationConnection,
        OrganisationMembershipConnection,
        PersonMembershipConnection,
        StayConnection,
    )

_ENTITIES = strawberry.lazy("api.graphql.schema.entities")
_JOURNEYS = strawberry.lazy("api.graphql.schema.journeys")
_PAGES = strawberry.lazy("api.graphql.schema.pages")

PersonType = Annotated["Person", _ENTITIES]
OrganisationType = Annotated["Organisation", _ENTITIES]
MembershipType = Annotated["Membership", _ENTITIES]
EventType = Annotated["Event", _ENTITIES]
JourneyStateType = Annotated["JourneyState", _JOURNEYS]
JourneyType = Annotated["Journey", _JOURNEYS]
ObjectiveType = Annotated["Objective", _JOURNEYS]
StayType = Annotated["Stay", _JOURNEYS]
PersonMemberships = Annotated["PersonMembershipConnection", _PAGES]
OrganisationMemberships = Annotated["OrganisationMembershipConnection", _PAGES]
Organisations = Annotated["OrganisationConnection", _PAGES]
Events = Annotated["EventConnection", _PAGES]
Stays = Annotated["StayConnection", _PAGES]
