"""The parts of a row of each kind, in the words of a mapping."""

from collections.abc import Mapping
from typing import Literal

Kind = Literal["person", "organisation", "membership", "end_membership", "event", "fact"]
"""`fact`: the records are rows already, each with its own `type`."""
Place = Literal["identities", "person", "organisation", "parent"]
Cells = Literal["text", "json", "typed"]
"""Kinds of cells. In text, types are guessed. In JSON, null removes a value. In typed cells, null is an empty cell."""

_DESCRIBED = {"source": "source", "observed_at": "observedAt"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "person": {"name": "name", "email": "email", "first_seen_at": "firstSeenAt", **_DESCRIBED},
    "organisation": {"name": "name", "domain": "domain", "first_seen_at": "firstSeenAt", **_DESCRIBED},
    "membership": {
        "role": "role", "roles": "roles", "since": "since", "until": "until", "primary": "primary", "stage": "stage", **_DESCRIBED,
    },
    "end_membership": {"until": "until", **_DESCRIBED},
    "event": {"id": "id", "name": "name", "occurred_at": "occurredAt", "source": "source"},
    "fact": {},
}  # fmt: skip
"""Fields by kind: as a mapping writes them, as a row names them."""
PLACES: Mapping[str, tuple[Place, ...]] = {
    "person": ("identities",),
    "organisation": ("identities", "parent"),
    "membership": ("person", "organisation"),
    "end_membership": ("person", "organisation"),
    "event": ("person", "organisation"),
    "fact": (),
}
"""The places of identities, by kind."""
NEEDED: Mapping[str, tuple[Place, ...]] = {
    "person": ("identities",),
    "organisation": ("identities",),
    "membership": ("person", "organisation"),
    "end_membership": ("person", "organisation"),
    "event": (),
    "fact": (),
}
INSTANTS = frozenset(("firstSeenAt", "observedAt", "since", "until", "occurredAt"))
LISTS = frozenset(("roles",))
FREE: Mapping[str, str | None] = {
    "person": "attributes", "organisation": "attributes", "membership": "attributes", "end_membership": None, "event": "properties", "fact": None,
}  # fmt: skip
"""The row's field for all columns that are no field of ours."""
TYPES = ("text", "integer", "float", "boolean", "date", "datetime", "json")


def field_of(kind: str, written: str) -> str | None:
    """Return the row's field for `first_seen_at` or `firstSeenAt`; None where the kind has no such field."""
    fields = FIELDS[kind]
    return fields.get(written) or (written if written in fields.values() else None)
