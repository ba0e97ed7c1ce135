"""The names that analysts write: labels, relationship types and properties of the graph, as the design lists them."""

from __future__ import annotations

LABELS = {
    "Person": "id name email firstSeenAt lastSeenAt words provenance shared uncounted mergedInto staleSince dueAt",
    "Organisation": "id name domain firstSeenAt lastSeenAt words provenance version staleSince touchedAt toldAt dueAt movesAt evaluatedAt "
    "uncounted mergedInto",
    "Membership": "id role roles since until primary stage origin firstSeenAt lastSeenAt uncounted staleSince "
    "provenance",
    "Event": "id name occurredAt receivedAt source via organisationVia attribution hash placeholderValues",
    "Activity": "key day count names counts firsts lasts",
    "Identity": "key kind value firstSeenAt source apart",
    "SourceRecord": "key source object id via organisationVia observedAt hash attributes statements past",
    "AttributeDefinition": "key entity name type origin category description source sources spellings rollUp "
    "includeDescendants formula score removedAt placeholders",
    "Journey": "key name exclusive",
    "Stage": "key journey name description position status entry exitMode exitDays exitCriteria completedWhen reentry "
    "reentryDays version staleSince backfilling",
    "Objective": "key stage name kind criteria manual appliesTo after position removedAt",
    "StageVersion": "key stage version definition replacedAt",
    "Stay": "key id organisation stage n version open enteredAt exitedAt outcome reason backfilled byHand applicable "
    "holding entryGone lateEvidence done",
    "Silence": "key objective kind at until by note",
    "Rejected": "id code message path source stream place receivedAt row mentions",
    "IdentityConflict": "id identities reason seenAt",
    "Suppressed": "key",
    "Lock": "key",
    "Migration": "key name appliedAt factsBeforeHistory",
    "SyncCursor": "key source stream cursor run page ahead movedAt",
    "SyncRun": "id source kind state startedAt seenAt endedAt streams error",
    "Sample": "key today lived",
}
EDGES = {
    "HAS_MEMBERSHIP": "",
    "IN_ORGANISATION": "",
    "PERFORMED": "",
    "RECORDED": "",
    "ACTIVE_ON": "",
    "IDENTIFIED_BY": "",
    "SEEN_WITH": "strength",
    "DESCRIBES": "",
    "PART_OF": "",
    "MERGED_INTO": "moved at",
    "HAS_STAGE": "",
    "HAS_OBJECTIVE": "",
    "HAD_VERSION": "",
    "STAYED": "",
    "HAS_SILENCE": "",
    "IN_STAGE": "",
    "ACHIEVED": "at instant manual outOfOrder event person",
}


def properties() -> list[str]:
    """Every property name, once."""
    return sorted({name for names in (*LABELS.values(), *EDGES.values()) for name in names.split()})
