"""Loads the identities that people and organisations own after settling."""

from collections.abc import Iterable

from graph.writer.graph_state import GraphState, Side
from queries import text


async def load_keys(state: GraphState, side: Side, ids: set[str]) -> None:
    """Complete `side.keys` for these owners and for those merged into them. Each owner is looked up once."""
    for id in ids:
        side.keys.setdefault(id, set())
    wanted = ids | (side.merged.keys() if ids & side.changed else set())
    unknown = _take_cached(state, side, wanted - side.created - side.loaded_ids)
    side.loaded_ids |= wanted
    if unknown:
        parameters: dict[str, list[str]] = {"people": [], "organisations": []} | {side.label: sorted(unknown)}
        for id, key in (await state.tx.rows(text("writer/keys_of"), parameters))[0][side.label]:
            _add_key(side, side.owner.get(key, id), key)
    for key, owner in side.owner.items():
        _add_key(side, owner, key)


def _take_cached(state: GraphState, side: Side, ids: Iterable[str]) -> set[str]:
    """Take cached keys. Return the owners that are not cached."""
    unknown = set()
    for id in ids:
        keys = state.cache.keys.get(id)
        if keys is None:
            unknown.add(id)
            continue
        for key in keys:
            _add_key(side, side.owner.get(key, id), key)
    return unknown


def _add_key(side: Side, owner: str, key: str) -> None:
    if owner in side.keys:
        side.keys[owner].add(key)
