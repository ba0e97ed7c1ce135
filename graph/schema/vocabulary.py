"""The vocabulary of the graph: every label, relationship type and property of our own.

Pure data. The reserved names, the built-in attributes, precedence, recall, the check of the migrations and the linter's
schema all follow from this table. Attributes of sources, roll-ups and other computed attributes are not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

__all__ = [
    "ENTITY_LABELS",
    "LABELS",
    "RELATIONSHIP_TYPES",
    "Index",
    "OwnProperty",
    "Owner",
    "precedence_names",
    "properties_of",
    "property_names",
    "recalled_names",
    "shared_names",
]


class Owner(Enum):
    """The authority over the value of a property."""

    DERIVED = "derived"
    """The product derives it from facts or definitions. Analysts and criteria may read it."""
    SHARED = "shared"
    """It is ours and an attribute of sources at once. It follows precedence and has a history (F4)."""
    INTERNAL = "internal"
    """Bookkeeping of the product, which may change without notice."""


class Index(Enum):
    """Kinds of index by which the engine finds nodes."""

    UNIQUE = "unique"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class OwnProperty:
    """One property of our own on a label or a relationship type."""

    name: str
    type: str
    """A type of `graph.attributes.types`. `json` is JSON text."""
    owner: Owner = Owner.DERIVED
    shown: str | None = None
    """Its description as a built-in attribute of the catalogue; None where the catalogue does not show it."""
    shown_date: str | None = None
    """The name of a second built-in attribute, which stands in until a source brings one (F8)."""
    has_precedence: bool = False
    """Whether people may order the sources of this property (F4)."""
    is_recalled: bool = False
    """Whether its past is known from what sources said (F4)."""
    index: Index | None = None


def _key(name: str = "key") -> OwnProperty:
    return OwnProperty(name, "text", index=Index.UNIQUE)


def _plain(names: str, type: str = "text", owner: Owner = Owner.DERIVED) -> tuple[OwnProperty, ...]:
    return tuple(OwnProperty(name, type, owner) for name in names.split())


def _indexed(names: str, type: str = "text", owner: Owner = Owner.DERIVED) -> tuple[OwnProperty, ...]:
    return tuple(OwnProperty(name, type, owner, index=Index.RANGE) for name in names.split())


def _shared(name: str, description: str, index: Index | None = None) -> OwnProperty:
    return OwnProperty(name, "text", Owner.SHARED, description, has_precedence=True, is_recalled=True, index=index)


_FIRST_SEEN = "the earliest that any source says"
_LAST_SEEN = OwnProperty("lastSeenAt", "datetime", shown="the latest event")
_SEEN = (OwnProperty("firstSeenAt", "datetime", shown=_FIRST_SEEN, shown_date="first_seen_date"), _LAST_SEEN)
_MERGED = (*_plain("uncounted mergedInto"), *_plain("words", "texts", Owner.INTERNAL))
_PROVENANCE = OwnProperty("provenance", "json", Owner.INTERNAL)

LABELS: Mapping[str, tuple[OwnProperty, ...]] = {
    "Person": (
        _key("id"),
        _shared("name", "the full name", Index.RANGE),
        _shared("email", "the address shown"),
        *_SEEN,
        *_MERGED,
        _PROVENANCE,
        *_plain("shared", "boolean"),
        *_indexed("staleSince dueAt", "datetime", Owner.INTERNAL),
    ),
    "Organisation": (
        _key("id"),
        _shared("name", "the name shown", Index.RANGE),
        _shared("domain", "the domain shown"),
        *_SEEN,
        *_MERGED,
        _PROVENANCE,
        *_plain("version", "integer", Owner.INTERNAL),
        *_plain("touchedAt toldAt evaluatedAt movesAt", "datetime", Owner.INTERNAL),
        *_indexed("staleSince dueAt", "datetime", Owner.INTERNAL),
    ),
    "Membership": (
        _key("id"),
        OwnProperty(
            "role", "text", shown="the first of the roles by precedence", has_precedence=True, is_recalled=True
        ),
        OwnProperty("roles", "texts", shown="every role there", is_recalled=True),
        OwnProperty("since", "datetime", shown="when it began; no value where unknown"),
        OwnProperty("until", "datetime", shown="when it ended or will end", has_precedence=True, index=Index.RANGE),
        OwnProperty("primary", "boolean", shown="whether it is the person's main one", has_precedence=True),
        OwnProperty("stage", "text", shown="the person's own stage there", has_precedence=True, is_recalled=True),
        OwnProperty("origin", "text", shown="where it comes from: explicit, activity or a source"),
        OwnProperty("firstSeenAt", "datetime", shown=_FIRST_SEEN),
        _LAST_SEEN,
        _PROVENANCE,
        *_plain("uncounted"),
        *_plain("staleSince", "datetime", Owner.INTERNAL),
    ),
    "Event": (
        _key("id"),
        OwnProperty("name", "text", shown="what happened", index=Index.RANGE),
        OwnProperty("occurredAt", "datetime", shown="when it happened", index=Index.RANGE),
        *_plain("receivedAt", "datetime"),
        OwnProperty("source", "text", shown="the source that sent it"),
        *_plain("attribution"),
        *_indexed("via organisationVia", "text", Owner.INTERNAL),
        *_plain("hash", "text", Owner.INTERNAL),
        *_plain("placeholderValues", "json", Owner.INTERNAL),
    ),
    "Activity": (
        _key(),
        *_plain("day", "date"),
        *_plain("count", "integer"),
        *_plain("names", "texts"),
        *_plain("counts firsts lasts", "integers"),
    ),
    "Identity": (
        _key(),
        *_plain("kind source"),
        *_indexed("value"),
        *_plain("firstSeenAt", "datetime"),
        *_plain("apart", "texts", Owner.INTERNAL),
    ),
    "SourceRecord": (
        _key(),
        *_plain("source object id"),
        *_indexed("via organisationVia"),
        *_plain("observedAt", "datetime"),
        *_plain("hash", "text", Owner.INTERNAL),
        *_plain("attributes statements", "json"),
        *_plain("past", "texts"),
    ),
    "AttributeDefinition": (
        _key(),
        *_plain("entity name type origin category description source formula"),
        *_plain("rollUp score", "json"),
        *_plain("sources spellings", "texts"),
        *_plain("includeDescendants", "boolean"),
        *_plain("removedAt", "datetime"),
        *_plain("staleSince", "datetime", Owner.INTERNAL),
        *_plain("placeholders", "text", Owner.INTERNAL),
    ),
    "Journey": (_key(), *_plain("name"), *_plain("exclusive", "boolean")),
    "Stage": (
        _key(),
        *_plain("journey name description status entry exitMode exitCriteria completedWhen reentry"),
        *_plain("position exitDays reentryDays version", "integer"),
        *_plain("staleSince", "datetime", Owner.INTERNAL),
        *_plain("backfilling", "boolean", Owner.INTERNAL),
    ),
    "Objective": (
        _key(),
        *_plain("stage name kind criteria appliesTo"),
        *_plain("after", "texts"),
        *_plain("manual", "boolean"),
        *_plain("position", "integer"),
        *_plain("removedAt", "datetime"),
    ),
    "StageVersion": (
        _key(),
        *_plain("stage"),
        *_plain("version", "integer"),
        *_plain("definition", "json"),
        *_plain("replacedAt", "datetime"),
    ),
    "Stay": (
        _key(),
        *_indexed("id organisation stage"),
        *_plain("n version", "integer"),
        *_plain("outcome reason"),
        *_plain("enteredAt exitedAt", "datetime"),
        *_plain("open backfilled byHand done", "boolean"),
        *_plain("applicable holding", "texts", Owner.INTERNAL),
        *_plain("entryGone lateEvidence", "boolean", Owner.INTERNAL),
    ),
    "Silence": (_key(), *_plain("objective kind by note"), *_plain("at until", "datetime")),
    "Rejected": (
        _key("id"),
        *_indexed("code"),
        *_plain("message source stream place"),
        *_plain("path mentions", "texts"),
        *_plain("row", "json"),
        *_plain("receivedAt", "datetime"),
    ),
    "IdentityConflict": (_key("id"), *_plain("identities", "texts"), *_plain("reason"), *_plain("seenAt", "datetime")),
    "Suppressed": (_key(),),
    "Lock": (_key(), *_plain("version turns", "integer", Owner.INTERNAL)),
    "Migration": (
        OwnProperty("key", "integer", index=Index.UNIQUE),
        *_plain("name"),
        *_plain("appliedAt", "datetime"),
        *_plain("factsBeforeHistory", "boolean"),
    ),
    "SyncCursor": (
        _key(),
        *_plain("source stream run"),
        *_plain("page", "integer"),
        *_plain("cursor ahead", "json"),
        *_plain("movedAt", "datetime"),
    ),
    "SyncRun": (
        _key("id"),
        *_indexed("source"),
        *_plain("kind state error"),
        *_plain("startedAt seenAt endedAt", "datetime"),
        *_plain("streams", "json"),
    ),
    "Sample": (*_plain("key today"), *_plain("lived", "integer")),
}
"""The properties of each label."""

RELATIONSHIP_TYPES: Mapping[str, tuple[OwnProperty, ...]] = {
    "HAS_MEMBERSHIP": (),
    "IN_ORGANISATION": (),
    "PERFORMED": (),
    "RECORDED": (),
    "ACTIVE_ON": (),
    "IDENTIFIED_BY": (),
    "SEEN_WITH": _plain("strength"),
    "DESCRIBES": (),
    "PART_OF": (),
    "MERGED_INTO": (*_plain("moved", "texts"), *_plain("at", "datetime")),
    "HAS_STAGE": (),
    "HAS_OBJECTIVE": (),
    "HAD_VERSION": (),
    "STAYED": (),
    "HAS_SILENCE": (),
    "IN_STAGE": (),
    "ACHIEVED": (
        *_plain("at", "datetime"),
        *_plain("instant manual outOfOrder", "boolean"),
        *_plain("event person"),
    ),
}
"""The properties of each relationship type."""

ENTITY_LABELS: Mapping[str, str] = {
    "person": "Person",
    "organisation": "Organisation",
    "membership": "Membership",
    "event": "Event",
}
"""The label of each entity, of the kinds of nodes that carry attributes."""

_ORDERED_RELATIONSHIPS = {"organisation": frozenset({"parent"})}
"""What sources say of relationships, by entity: people may order the sources of these too (F11)."""


def properties_of(entity: str) -> tuple[OwnProperty, ...]:
    """Return the properties of our own on nodes of an entity."""
    return LABELS[ENTITY_LABELS[entity]]


def shared_names(entity: str) -> tuple[str, ...]:
    """Return the properties of our own that are attributes of sources too."""
    return tuple(each.name for each in properties_of(entity) if each.owner is Owner.SHARED)


def precedence_names(entity: str) -> frozenset[str]:
    """Return the names of our own for which people may order the sources (F4)."""
    ordered = {each.name for each in properties_of(entity) if each.has_precedence}
    return _ORDERED_RELATIONSHIPS.get(entity, frozenset()) | ordered


def recalled_names(entity: str) -> frozenset[str]:
    """Return the properties of our own whose history is kept (F4)."""
    return frozenset(each.name for each in properties_of(entity) if each.is_recalled)


def property_names() -> list[str]:
    """Return every property name of nodes and relationships, once and in order."""
    tables = (*LABELS.values(), *RELATIONSHIP_TYPES.values())
    return sorted({each.name for table in tables for each in table})
