"""What OpenStack's commits come to, counted in plain Python from the same files: no graph, none of our code."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "openstack"
FILES = ("people.csv", "organisations.csv", "memberships.csv", "events.jsonl")
Spell = tuple[str, datetime | None, datetime | None]


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


def commits_by_organisation() -> Counter[str | None]:
    """Commits by the key of the one organisation that their author was a member of; None where there was none, or several (E1)."""
    people = {
        email.strip().lower(): row["launchpad"] for row in table("people.csv") for email in row["emails"].split(";")
    }
    spells: dict[str, list[Spell]] = {}
    for row in table("memberships.csv"):
        since, until = _day(row["since"]), _day(row["until"])
        if since is None or until is None or since < until:
            spells.setdefault(row["launchpad"], []).append((row["organisation"], since, until))
    found: Counter[str | None] = Counter()
    for line in (FOLDER / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        at = datetime.fromisoformat(event["at"])
        author = people.get(event["email"].strip().lower(), "")
        there = {
            key
            for key, since, until in spells.get(author, [])
            if (not since or since <= at) and (not until or at < until)
        }
        found[there.pop() if len(there) == 1 else None] += 1
    return found


def backward_memberships() -> int:
    """Memberships that end before, or as, they begin: refused (M2)."""
    rows = [(_day(row["since"]), _day(row["until"])) for row in table("memberships.csv")]
    return sum(1 for since, until in rows if since and until and since >= until)


def _day(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
