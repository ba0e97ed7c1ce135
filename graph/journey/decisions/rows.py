"""Stays between the graph and Python: the lists in which they are read, and the rows in which they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.journey.decisions.stay import Achievement, Stay

__all__ = ["achieved_rows", "stay_from", "stay_id", "stay_key", "stay_row"]


def stay_from(row: Sequence[Any]) -> Stay:
    """Return the stay that a list from the graph describes."""
    achieved = {key: Achievement(at, bool(i), bool(m), bool(o)) for key, at, i, m, o in row[14]}
    return Stay(
        stage=row[0],
        number=row[1],
        version=row[2],
        entered_at=row[3],
        backfilled=bool(row[4]),
        by_hand=bool(row[5]),
        applicable=frozenset(row[6] or ()),
        achieved=achieved,
        holding=frozenset(row[7] or ()),
        exited_at=row[8],
        outcome=row[9],
        reason=row[10],
        entry_gone=bool(row[11]),
        late_evidence=bool(row[12]),
        home=row[13],
    )


def stay_key(organisation: str, stay: Stay) -> str:
    """Return the key of its node."""
    return f"{stay.home or organisation}|{stay.stage}|{stay.number}"


def stay_id(organisation: str, stay: Stay) -> str:
    """Return its id in the API."""
    return f"s_{stay_key(organisation, stay)}"


def stay_row(organisation: str, stay: Stay, *, done: bool) -> dict[str, Any]:
    """Return the row that writes a stay. `done`: every objective that counts and applies is complete."""
    values = {
        "id": stay_id(organisation, stay),
        "organisation": stay.home or organisation,
        "stage": stay.stage,
        "n": stay.number,
        "version": stay.version,
        "open": stay.is_open,
        "outcome": stay.outcome,
        "reason": stay.reason,
        "backfilled": stay.backfilled,
        "byHand": stay.by_hand,
        "applicable": sorted(stay.applicable),
        "holding": sorted(stay.holding),
        "entryGone": stay.entry_gone,
        "lateEvidence": stay.late_evidence,
        "done": done,
    }
    return {
        "organisation": organisation,
        "stage": stay.stage,
        "key": stay_key(organisation, stay),
        "entered": stay.entered_at,
        "exited": stay.exited_at,
        "values": values,
    }


def achieved_rows(
    organisation: str, stay: Stay, before: Stay | None, evidence: Mapping[str, tuple[str | None, str | None]]
) -> list[dict[str, Any]]:
    """Return the rows that write the objectives achieved since `before`.

    `evidence` names the event and the person behind each objective, where they are known.
    """
    new = {key: one for key, one in stay.achieved.items() if before is None or before.achieved.get(key) != one}
    rows = []
    for key, one in new.items():
        event, person = evidence.get(key, (None, None))
        values = {
            "instant": one.instant,
            "manual": one.manual,
            "outOfOrder": one.out_of_order,
            "event": event,
            "person": person,
        }
        rows.append({"stay": stay_key(organisation, stay), "objective": key, "at": one.at, "values": values})
    return rows
