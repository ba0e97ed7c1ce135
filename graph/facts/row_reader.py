"""Reads rows to facts, and refuses unusable ones clearly (F1, F5, F6, F7, F9).

A row is JSON in the shape of the API's inputs with a `type`: person, organisation, membership, end_membership,
event or merge.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar

from msgspec import UNSET

from graph.attributes.catalogue import Catalogue, Definition
from graph.errors import with_article
from graph.facts.attribute_limits import DEFAULT_ATTRIBUTE_LIMITS, AttributeLimits, NameBudget
from graph.facts.attribute_values import RULED, read_values
from graph.facts.event_rows import read_event
from graph.facts.facts import EntityFact, Fact
from graph.facts.fields import read_instant_at, read_set_instant, read_text
from graph.facts.membership_rows import read_end, read_membership
from graph.facts.rejection import InvalidInput, Rejection, reason_of
from graph.facts.shapes import is_object
from graph.facts.subjects import (
    UnusableIdentity,
    encodes,
    field_key,
    read_former,
    read_identities,
    read_reference,
    sorted_keys,
)
from graph.identity.kinds import Entity
from graph.schema.vocabulary import shared_names

LONGEST_SOURCE = 200
"""Characters of the name of a source."""
DEFAULT_SOURCE = "api"
FIRST_SEEN = "firstSeenAt"
"""The name under which a source's word on an entity's beginning is kept (F8). No attribute can have it."""
Row = Mapping[str, Any]
Found = TypeVar("Found")
Otherwise = TypeVar("Otherwise")
_OWN = {entity: shared_names(entity) for entity in ("person", "organisation")}
_FIELDS: dict[str, frozenset[str]] = {
    "person": frozenset(
        ("type", "identities", "formerUserId", "name", "email", "firstSeenAt", "attributes", "source", "observedAt")
    ),
    "organisation": frozenset(
        ("type", "identities", "name", "domain", "firstSeenAt", "parent", "attributes", "source", "observedAt")
    ),
    "membership": frozenset(
        (
            "type",
            "person",
            "organisation",
            "role",
            "roles",
            "since",
            "until",
            "primary",
            "stage",
            "attributes",
            "source",
            "observedAt",
        )
    ),
    "end_membership": frozenset(("type", "person", "organisation", "until", "source", "observedAt")),
    "event": frozenset(
        (
            "type",
            "id",
            "name",
            "occurredAt",
            "person",
            "identities",
            "organisation",
            "properties",
            "source",
            "receivedAt",
        )
    ),
    "merge": frozenset(("type", "entity", "identities", "source", "observedAt")),
}


def is_source(name: Any) -> TypeGuard[str]:
    """Return whether a value can be the name of a source."""
    return (
        isinstance(name, str)
        and 0 < len(name) <= LONGEST_SOURCE
        and not any(each in name for each in "|\x00")
        and encodes(name)
    )


class RowReader:
    """Reads the rows of one batch, received at one moment, against one catalogue. Collects refusals."""

    def __init__(
        self,
        catalogue: Catalogue,
        received: int,
        placeholders: frozenset[str] = frozenset(),
        limits: AttributeLimits = DEFAULT_ATTRIBUTE_LIMITS,
    ) -> None:
        self.ruled: dict[str, dict[str, Definition]] = {}
        for each in catalogue.definitions:
            if each.origin in RULED:
                self.ruled.setdefault(each.entity, {})[each.name] = each
        self.received = received
        self.placeholders = placeholders
        self.limits = limits
        self.names = NameBudget(catalogue, limits)
        self.rejections: list[Rejection] = []

    def read(self, index: int, row: Row) -> Fact | None:
        """Return the fact of a row; None where the row is refused. Refused attributes leave the rest of the row."""
        before = len(self.rejections)
        try:
            return self._read(index, row)
        except InvalidInput as refused:
            del self.rejections[before:]  # a row that is refused as a whole has no refused parts
            self.rejections.append(Rejection(index, refused.code, refused.message, refused.path))
            return None

    def _read(self, index: int, row: Row) -> Fact:
        if not is_object(row):
            raise InvalidInput("BAD_ROW", "a row is a JSON object with a `type`")
        kind = row.get("type")
        reader = _READERS.get(kind) if isinstance(kind, str) else None
        if reader is None:
            raise reason_of(row) or InvalidInput("BAD_ROW", f"type is one of {', '.join(_READERS)}", ["type"])
        if not row.keys() <= _FIELDS[str(kind)]:
            unknown = sorted(str(name) for name in row.keys() - _FIELDS[str(kind)])
            raise InvalidInput(
                "UNKNOWN_FIELD",
                f"{with_article(str(kind))} has no field {unknown[0][:60]!r}; put what is yours under attributes",
                [unknown[0]],
            )
        return reader(self, index, row)

    def spare(
        self, index: int, otherwise: Otherwise, read: Callable[..., Found], *arguments: object
    ) -> Found | Otherwise:
        """Return the result of `read`.

        Where that is refused, warn and return `otherwise`: the row stands without it (F5).
        """
        try:
            return read(*arguments)
        except InvalidInput as refused:
            self.leave_out(index, [refused])
            return otherwise

    def leave_out(self, index: int, parts: Sequence[InvalidInput]) -> None:
        """Collect refusals of parts of a row that is kept."""
        self.rejections += [Rejection(index, each.code, each.message, each.path, whole=False) for each in parts]

    def source(self, row: Row) -> str:
        """Return the row's source; `api` where it names none."""
        source = row.get("source") or DEFAULT_SOURCE
        if not is_source(source):
            message = f"source is a name of at most {LONGEST_SOURCE} characters without '|'"
            raise InvalidInput("BAD_SOURCE", message, ["source"])
        return source

    def observed(self, row: Row) -> tuple[int, bool]:
        """Return when the source saw this, and whether the row said so itself (F4)."""
        if row.get("observedAt") is None:
            return self.received, False
        return read_instant_at(row["observedAt"], ["observedAt"]), True


def _read_entity(entity: Entity) -> Callable[[RowReader, int, Row], Fact]:
    def read(reader: RowReader, index: int, row: Row) -> Fact:
        source = reader.source(row)
        observed, given = reader.observed(row)
        left_out: list[InvalidInput] = []
        keys = read_identities(entity, row.get("identities"), ["identities"], left_out)
        values, spellings, kinds = read_values(reader, index, entity, row.get("attributes"), source)
        own, more = _read_own(reader, index, entity, row, values, kinds, left_out)
        keys += more
        if not keys:
            raise none_left(entity, left_out)
        if row.get("firstSeenAt") is not None:
            began = reader.spare(index, None, read_set_instant, row["firstSeenAt"], ["firstSeenAt"])
            if began is not None:
                own[FIRST_SEEN] = began
        parent = reader.spare(index, UNSET, _read_parent, row) if "parent" in row else UNSET
        former = read_former(row["formerUserId"], keys, left_out) if row.get("formerUserId") is not None else None
        if left_out:
            reader.leave_out(index, left_out)
        return EntityFact(
            index, entity, sorted_keys(entity, keys), source, observed, given, own | values, spellings, kinds, parent,
            former=former,
        )  # fmt: skip

    return read


def _read_own(
    reader: RowReader,
    index: int,
    entity: Entity,
    row: Row,
    values: dict[str, Any],
    kinds: dict[str, str],
    left_out: list[InvalidInput],
) -> tuple[dict[str, Any], list[str]]:
    """Take our own texts out of `values`, with the identity among them. A wrong one is refused alone (F5).

    An email identifies its person. A domain identifies its organisation, unless it is a mail provider's (I5).
    """
    own: dict[str, Any] = {}
    keys: list[str] = []
    kind = "email" if entity == "person" else "domain"
    for name in _OWN[entity]:
        listed = values.pop(name, UNSET)
        given, path = (row[name], [name]) if name in row else (listed, ["attributes", name])
        if given is UNSET:
            continue
        found = reader.spare(index, UNSET, read_text, given, name, path)
        if found is UNSET:
            kinds.pop(name, None)
        elif name == kind and found:
            keys = _identity_of(entity, kind, found, path, left_out)
            if keys:
                own[name] = keys[0].partition(":")[2]
        else:
            own[name] = found
    return own, keys


def _identity_of(entity: Entity, kind: str, value: str, path: list[str], left_out: list[InvalidInput]) -> list[str]:
    try:
        return [field_key(entity, kind, value, path)]
    except UnusableIdentity as refused:
        left_out.append(refused)
        return []


def none_left(entity: str, left_out: Sequence[InvalidInput]) -> InvalidInput:
    """Return the reason to refuse a row without usable identity: the first one left out, else that there is none (I6)."""
    if left_out:
        return left_out[0]
    return InvalidInput("NO_IDENTITY", f"{with_article(entity)} needs at least one identity", ["identities"])


def _read_parent(row: Row) -> str | None:
    parent = row["parent"]
    if parent is None:
        return None
    return read_reference("organisation", {"identity": parent}, ["parent"])


def _read_merge(reader: RowReader, index: int, row: Row) -> Fact:
    entity = row.get("entity")
    if entity not in ("person", "organisation"):
        raise InvalidInput("BAD_ROW", "entity is person or organisation", ["entity"])
    keys = read_identities(entity, row.get("identities"), ["identities"])
    if len(set(keys)) != 2:
        raise InvalidInput("BAD_IDENTITY", "a merge names exactly two identities: who stays, who goes", ["identities"])
    observed, given = reader.observed(row)
    return EntityFact(
        index, entity, sorted_keys(entity, keys), reader.source(row), observed, given, {}, {}, {}, is_merge=True
    )


_READERS: dict[str, Callable[[RowReader, int, Row], Fact]] = {
    "person": _read_entity("person"),
    "organisation": _read_entity("organisation"),
    "membership": read_membership,
    "end_membership": read_end,
    "event": read_event,
    "merge": _read_merge,
}
