"""Changes by hand: merge, unmerge, erase, delete, replay, and precedence (I4, I8, F9, F4)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson

from graph.engine import Transaction
from graph.errors import UserMistake
from graph.identity.kinds import HAND, Entity, kind_of, order, value_of
from graph.times import iso, milliseconds
from graph.writer.addressing import hashed
from graph.writer.locks import lock_everything
from graph.writer.precedence import affected_by, save_order
from graph.writer.results import SubmitResult
from graph.writer.settlement import Overrides
from queries import text

if TYPE_CHECKING:
    from graph.writer.writer import Writer

_CHUNK = 1_000


class ManualChanges:
    """The writer's work that people ask for, not sources."""

    def __init__(self, writer: "Writer") -> None:
        self._writer = writer

    async def merge(self, entity: Entity, into: str, source: str) -> str:
        """Merge `source` into `into`. The evidence is the strongest there is, and undoes an earlier unmerge (I4)."""
        kept, merged = await self._named(entity, into, "into"), await self._named(entity, source, "from")
        if kept[0] == merged[0]:
            return str(kept[0])
        kept_keys, merged_keys = (sorted(each[3], key=lambda key: order(entity, key)) for each in (kept, merged))

        async def prepare(tx: Transaction) -> None:
            await tx.execute(text("writer/undo_keep_apart"), {"keys": kept_keys, "other_keys": merged_keys})

        row = {
            "type": "merge",
            "entity": entity,
            "identities": [_identity(kept_keys[0]), _identity(merged_keys[0])],
            "source": HAND,
        }
        await self._writer.apply([row], {entity: Overrides(survivor=kept[0])}, prepare=prepare)
        return str(kept[0])

    async def unmerge(self, entity: Entity, into: str, source: str) -> str:
        """Undo the merge of `source`, and keep the two separate whatever evidence comes (I4)."""
        owner = await self._named(entity, into, "into")
        found = await self._writer.graph.query(text("writer/merge_of"), {"id": source})
        if not found or found[0]["last"] != owner[0]:
            raise UserMistake("NOT_MERGED", f"{source} was not merged into {into}", "from")
        moved, stayed = set(found[0]["moved"]) & set(owner[3]), set(owner[3]) - set(found[0]["moved"])
        if not moved or not stayed:
            raise UserMistake("NOT_SEPARABLE", "nothing of the one or of the other would be left", "from")
        sides = {"moved": sorted(moved), "stayed": sorted(stayed), "token": uuid4().hex}

        async def prepare(tx: Transaction) -> None:
            await tx.execute(text("writer/keep_apart"), sides)

        overrides = Overrides(
            survivor=owner[0], revive=source, revived_keys=frozenset(moved), resolve=frozenset(owner[3])
        )
        await self._writer.apply([], {entity: overrides}, prepare=prepare)
        return str(owner[0])

    async def _named(self, entity: Entity, id: str, field: str) -> Sequence[Any]:
        rows = await self._writer.graph.query(text("writer/owners_by_id"), {"ids": [id]})
        found = rows[0]["found"] if rows else []
        row: Sequence[Any] | None = found[0][1:] if found else None
        if row is None or bool(row[2]) != (entity == "organisation") or not row[3]:
            raise UserMistake("UNKNOWN_ID", f"no {entity} has the id {id}", field)
        return row

    async def _lock_others_out(self, tx: Transaction) -> None:
        """Exclude every other writer until the transaction ends, where there may be one."""
        if self._writer.shared:
            await lock_everything(tx)

    async def erase_person(self, id: str) -> bool:
        """Remove all that names a person.

        Memberships and events stay without a name, so that counts stay right (I8).
        """
        row = await self._named("person", id, "id")
        keys, secret = list(row[3]), self._writer.settings.secret
        parameters = {
            "id": row[0],
            "keys": keys,
            "hashes": [hashed(secret, key) for key in keys],
            "now": milliseconds(self._writer.clock.now()),
        }

        async def work(tx: Transaction) -> None:
            await self._lock_others_out(tx)
            for step in (
                "suppress",
                "erase_records",
                "erase_events",
                "erase_traces",
                "erase_claims",
                "erase_person",
                "erase_identities",
            ):
                await tx.execute(text(f"writer/{step}"), parameters)

        await self._writer.graph.write(work)
        self._writer.announce_commit()
        return True

    async def delete_organisation(self, id: str) -> bool:
        """End the current memberships, then take the organisation out of lists. People and events stay."""
        row = await self._named("organisation", id, "id")
        now = milliseconds(self._writer.clock.now())
        members = (await self._writer.graph.query(text("writer/current_members"), {"id": row[0], "now": now}))[0][
            "people"
        ]
        ends = [
            {
                "type": "end_membership",
                "person": {"identity": _identity(key)},
                "organisation": {"identity": _identity(row[3][0])},
                "until": iso(now),
                "source": HAND,
            }
            for key in members
        ]
        await self._writer.submit(ends)

        async def work(tx: Transaction) -> None:
            await self._lock_others_out(tx)
            await tx.execute(text("writer/delete_organisation"), {"id": row[0], "now": now})

        await self._writer.graph.write(work)
        self._writer.announce_commit()
        return True

    async def replay(self, ids: Sequence[str]) -> SubmitResult:
        """Write rejected rows again. A rejection stays only where the same is still wrong (F9)."""
        found = (await self._writer.graph.query(text("writer/rejected_rows"), {"ids": list(ids)}))[0]["rejected"]
        known = {row[0]: row for row in found}
        missing = [id for id in ids if id not in known]
        if missing:
            raise UserMistake("UNKNOWN_ID", f"no rejected row has the id {missing[0]}", "ids")
        rows = [_row_of(known[id]) for id in ids]
        result = await self._writer.submit(rows)
        again = {(r.index, r.code, tuple(r.path)) for r in (*result.rejected, *result.warnings)}
        good = [id for index, id in enumerate(ids) if (index, known[id][2], tuple(known[id][3])) not in again]

        async def work(tx: Transaction) -> None:
            await tx.execute(text("writer/forget_rejected"), {"ids": good})

        await self._writer.graph.write(work)
        return result

    async def set_precedence(self, entity: str, attribute: str, sources: Sequence[str]) -> None:
        """Set the order of sources, then compute all holders of a value again, batch by batch (F4)."""
        graph = self._writer.graph
        await save_order(graph, entity, attribute, sources, self._lock_others_out)
        self._writer.announce_definitions()
        holder, ids = await affected_by(graph, entity, attribute)
        for start in range(0, len(ids), _CHUNK):
            await self._writer.apply([], {}, recompute={holder: set(ids[start : start + _CHUNK])})


def _identity(key: str) -> dict[str, str]:
    return {"kind": kind_of(key), "value": value_of(key)}


def _row_of(rejected: Sequence[Any]) -> Mapping[str, Any]:
    try:
        row = orjson.loads(rejected[1])
    except orjson.JSONDecodeError:
        row = None
    return row if isinstance(row, dict) else {"type": "rejected row that was too large to keep whole"}
