"""The subscription of the contract; answers NOT_AVAILABLE until it is built."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import argument, plain_field
from api.graphql.schema.journeys import Transition


@strawberry.type(description="What moves, as it moves.")
class Subscription:
    """What moves, as it moves."""

    transitions: Transition = plain_field(
        "Organisations entering, completing and leaving stages.",
        [
            argument("organisation", strawberry.ID | None, "Only this organisation."),
            argument("stage", str | None, "Only this stage."),
            argument(
                "after",
                strawberry.ID | None,
                "Everything after this transition first; nothing is missed over a reconnect.",
            ),
        ],
    )
