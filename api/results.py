"""Results of writes in the form that GraphQL, `/facts` and tracking share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.tracking.calls import BadCall
    from graph.facts import Rejection
    from graph.writer import SubmitResult


def write_result(outcome: SubmitResult) -> dict[str, Any]:
    """Return the counts, ids, refused rows and warnings of a write."""
    return {
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "ids": outcome.ids,
        "rejected": [refusal_item(one.index, one) for one in outcome.rejected],
        "warnings": [refusal_item(one.index, one) for one in outcome.warnings],
    }


def refusal_item(index: int, refusal: BadCall | Rejection) -> dict[str, Any]:
    """Return one refusal; `index` is the place of its row or call in the request."""
    return {"index": index, "code": refusal.code, "message": refusal.message, "path": refusal.path}
