"""Arguments that several fields share."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import argument
from api.graphql.schema.inputs import EventFilter, OrderBy
from api.graphql.schema.rollups import RollUpInput
from api.graphql.schema.scalars import Criteria, DateTime

FORWARD = [
    argument("first", int | None, "Number of rows from the start, at most 200. Default: 20."),
    argument("after", str | None, "Only rows after this cursor."),
]
PAGE = [
    *FORWARD,
    argument("last", int | None, "Number of rows from the end, at most 200. Not together with `first`."),
    argument("before", str | None, "Only rows before this cursor."),
]
WHERE = argument("where", Criteria | None, "Only rows that meet this criterion.")
SPELL = [
    WHERE,
    argument("current", bool | None, "True: only current memberships. False: only ended and future ones."),
    argument("as_of", DateTime | None, "Only memberships that were current at this instant."),
]
LIST = [
    WHERE,
    argument(
        "search",
        str | None,
        "Text to search for. Each of its words must begin a word of the name, email, domain or an identity.",
    ),
    argument("order_by", OrderBy | None, "Order by an attribute, nulls last, then by id. Default: by id."),
    *PAGE,
]
NAMES = argument("names", list[str] | None, "Only attributes with these names.")
EVENT = argument("filter", EventFilter | None, "Only these events.")
AGGREGATE = argument("of", RollUpInput, "The aggregate.")
DESCENDANTS = argument(
    "include_descendants",
    bool | None,
    "Include all organisations below it in the hierarchy; each person counts once.",
    default=False,
)
STAGE = argument("stage", str | None, "Only stays in this stage.")
BY_ID = argument("id", strawberry.ID, "The id.")
