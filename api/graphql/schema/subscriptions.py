"""The contract's subscription. It answers NOT_AVAILABLE until it is built."""

from __future__ import annotations

import strawberry

from api.graphql.schema.declare import argument, plain_field
from api.graphql.schema.journeys import Transition


@strawberry.type(description="Changes, as they happen.")
class Subscription:
    """Changes, as they happen."""

    transitions: Transition = plain_field(
        "Transitions: organisations that enter, complete and leave stages. Not available yet.",
        [
            argument("organisation", strawberry.ID | None, "Only transitions of this organisation."),
            argument("stage", str | None, "Only transitions of this stage."),
            argument(
                "after",
                strawberry.ID | None,
                "Send all transitions after this one first, so that a reconnect misses nothing.",
            ),
        ],
    )
