"""Which scope a mutation needs; any one of those named will do."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES: Mapping[str, tuple[str, ...]] = {
    "upsertPeople": ("write",),
    "upsertOrganisations": ("write",),
    "upsertMemberships": ("write",),
    "endMemberships": ("write",),
    "trackEvents": ("write", "track"),
    "mergePeople": ("write",),
    "unmergePeople": ("write",),
    "erasePerson": ("write",),
    "mergeOrganisations": ("write",),
    "unmergeOrganisations": ("write",),
    "deleteOrganisation": ("write",),
    "replayRejected": ("write",),
    "setPrecedence": ("define",),
    "defineRollUp": ("define",),
    "defineCalculated": ("define",),
    "removeAttribute": ("define",),
    "saveJourney": ("define",),
    "saveStage": ("define",),
    "saveObjective": ("define",),
    "removeObjective": ("define",),
    "setStageStatus": ("define",),
    "completeObjective": ("write",),
    "putInStage": ("write",),
    "takeOutOfStage": ("write",),
    "acknowledgeSignal": ("write",),
    "snoozeSignal": ("write",),
    "wakeSignal": ("write",),
}
