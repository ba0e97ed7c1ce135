"""The arguments that lists share: pages, spells, names, event filters."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import argument
from api.graphql.schema.inputs import EventFilter, OrderBy
from api.graphql.schema.rollups import RollUpInput
from api.graphql.schema.scalars import Criteria, DateTime

FORWARD = [
    argument("first", int | None, "How many from the front; 20 unless told, at most 200."),
    argument("after", str | None, "Only what follows this cursor."),
]
PAGE = [
    *FORWARD,
    argument("last", int | None, "How many from the back, at most 200; not together with `first`."),
    argument("before", str | None, "Only what comes before this cursor."),
]
WHERE = argument("where", Criteria | None, "Only those for whom this criterion holds.")
SPELL = [
    WHERE,
    argument("current", bool | None, "True: only current ones. False: only ended ones and those still to begin."),
    argument("as_of", DateTime | None, "Only those that held at this instant."),
]
LIST = [
    WHERE,
    argument("search", str | None, "Every word begins a word of the name, email, domain or an identity."),
    argument("order_by", OrderBy | None, "By an attribute, nulls last, ties by id; by id unless told."),
    *PAGE,
]
NAMES = argument("names", list[str] | None, "Only these attributes.")
EVENT = argument("filter", EventFilter | None, "Only these events.")
OF = argument("of", RollUpInput, "What to aggregate.")
DESCENDANTS = argument(
    "include_descendants", bool | None, "Over the whole hierarchy below it, each person once.", default=False
)
STAGE = argument("stage", str | None, "Only stays in this stage.")
BY_ID = argument("id", strawberry.ID, "Its id.")
