"""Which scope a mutation needs; any one of those named will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from api.auth import Caller, require

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

USABLE = ("read", "write", "track", "define")
"""The scopes of which an operation needs at least one."""


def allow(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], who: Caller) -> None:
    """Let pass who may run at least a part of an operation, whatever it includes in the end. Raises AccessDenied.

    GraphQLRequest before a document is validated; each mutation that is run asks for its own.
    """
    if operation.operation is not OperationType.MUTATION:
        require(who, "read")
        return
    needed = [SCOPES[name] for name in _roots(operation.selection_set, fragments, set()) if name in SCOPES]
    if needed and not any(who.allows(scope) for scopes in needed for scope in scopes):
        require(who, *needed[0])


def _roots(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], passed: set[str]
) -> Iterator[str]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection.name.value
        elif isinstance(selection, InlineFragmentNode):
            yield from _roots(selection.selection_set, fragments, passed)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in passed:
            passed.add(selection.name.value)
            if fragment := fragments.get(selection.name.value):
                yield from _roots(fragment.selection_set, fragments, passed)
