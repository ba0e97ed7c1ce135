"""The scopes of each mutation. A caller needs one of them."""

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
"""The scopes that allow any use of GraphQL; every caller needs one of them."""


def check_scopes(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], caller: Caller
) -> None:
    """Refuse a caller who may run no part of an operation. Raises AccessDenied.

    This comes before validation. Later, each mutation that is run requires its own scope.
    """
    if operation.operation is not OperationType.MUTATION:
        require(caller, "read")
        return
    needed = [SCOPES[name] for name in _roots(operation.selection_set, fragments, set()) if name in SCOPES]
    if needed and not any(caller.allows(scope) for scopes in needed for scope in scopes):
        require(caller, *needed[0])


def _roots(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], visited: set[str]
) -> Iterator[str]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection.name.value
        elif isinstance(selection, InlineFragmentNode):
            yield from _roots(selection.selection_set, fragments, visited)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in visited:
            visited.add(selection.name.value)
            if fragment := fragments.get(selection.name.value):
                yield from _roots(fragment.selection_set, fragments, visited)
