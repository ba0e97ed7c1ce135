"""Which identities people and organisations hold, after all that the batch has settled."""

from collections.abc import Iterable

from graph.writer.world import Side, World
from queries import text


async def load_keys(world: World, side: Side, ids: set[str]) -> None:
    """Completes `side.keys` for these people or organisations, and for whoever was merged into them; each is looked up once."""
    for id in ids:
        side.keys.setdefault(id, set())
    wanted = ids | (side.merged.keys() if ids & side.changed else set())
    unknown = _recalled(world, side, wanted - side.created - side.held)
    side.held |= wanted
    if unknown:
        parameters: dict[str, list[str]] = {"people": [], "organisations": []} | {side.label: sorted(unknown)}
        for id, key in (await world.tx.rows(text("writer/keys_of"), parameters))[0][side.label]:
            _hold(side, side.owner.get(key, id), key)
    for key, owner in side.owner.items():
        _hold(side, owner, key)


def _recalled(world: World, side: Side, ids: Iterable[str]) -> set[str]:
    """Takes what is remembered; returns whom nobody remembers."""
    unknown = set()
    for id in ids:
        keys = world.memory.keys.get(id)
        if keys is None:
            unknown.add(id)
            continue
        for key in keys:
            _hold(side, side.owner.get(key, id), key)
    return unknown


def _hold(side: Side, owner: str, key: str) -> None:
    if owner in side.keys:
        side.keys[owner].add(key)
