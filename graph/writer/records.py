"""What each source said last, kept per source and identity, and how a new fact changes it (F2, F4, M1)."""

from collections.abc import Iterable
from typing import Any

import msgspec
import orjson
from msgspec import UNSET, Struct

from graph.attributes.precedence import digest, newer
from graph.facts import EntityFact, MembershipFact
from graph.memberships.spells import Statement
from graph.writer.world import World

PARENT = "parent"
_MOST = 64
_statements = msgspec.json.Decoder(list[Statement])
_encode = msgspec.json.Encoder(order="deterministic")


class Record(Struct, gc=False):
    """One source's word on one subject: attributes with the time of each, or statements about a membership."""

    key: str
    source: str
    object: str
    via: str
    organisation_via: str | None = None
    attributes: dict[str, list[Any]] = {}
    statements: list[Statement] = []
    described: set[str] = set()
    replaced: set[str] = set()
    new: bool = False
    changed: bool = False

    def row(self) -> dict[str, Any]:
        """The record as it is written."""
        attributes = orjson.dumps(self.attributes, option=orjson.OPT_SORT_KEYS).decode()
        statements = _encode.encode(self.statements).decode() if self.object == "membership" else None
        times = [entry[0] for entry in self.attributes.values()] + [each.at for each in self.statements]
        return {
            "key": self.key,
            "source": self.source,
            "object": self.object,
            "id": self.key.split("|", 2)[2],
            "via": self.via,
            "organisationVia": self.organisation_via,
            "observed": max(times),
            "hash": digest(statements or attributes),
            "attributes": None if self.object == "membership" else attributes,
            "statements": statements,
        }


class Records:
    """The records of the subjects a batch touches, by key and by the identity they speak through."""

    def __init__(self) -> None:
        self.by_key: dict[str, Record] = {}
        self.by_via: dict[str, list[Record]] = {}
        self._loaded: set[str] = set()
        self._told: set[str] = set()

    async def load(self, world: World, keys: Iterable[str]) -> None:
        """Loads what was said through these identities, each once."""
        await self._load(world, "records", keys, self._loaded)

    async def load_memberships(self, world: World, keys: Iterable[str]) -> None:
        """Loads what was said of memberships through these identities of people, and nothing else."""
        await self._load(world, "records_memberships", keys, self._loaded | self._told)

    async def _load(self, world: World, statement: str, keys: Iterable[str], loaded: set[str]) -> None:
        missing = [key for key in keys if key not in loaded]
        (self._loaded if statement == "records" else self._told).update(missing)
        for row in await world.one(statement, {"keys": missing}) if missing else ():
            if row[0] not in self.by_key:
                self._add(_record(*row))

    def _add(self, record: Record) -> None:
        self.by_key[record.key] = record
        self.by_via.setdefault(record.via, []).append(record)

    def of(self, keys: Iterable[str], kind: str) -> list[Record]:
        """Records of one kind through these identities."""
        return [record for key in keys for record in self.by_via.get(key, ()) if record.object == kind]

    def _get(self, key: str, source: str, kind: str, via: str, other: str | None = None) -> Record:
        record = self.by_key.get(key)
        if record is None:
            record = Record(key, source, kind, via, other, {}, [], new=True)
            self._add(record)
        return record

    def tell(self, fact: EntityFact) -> bool:
        """Adds what a fact says of a person or organisation; True where it changes anything."""
        if not fact.values:
            return False
        via = fact.keys[0]
        record = self._get(f"{fact.source}|{fact.entity}|{via}", fact.source, fact.entity, via)
        changed = [_put(record, name, fact.observed, value, fact.given) for name, value in fact.values.items()]
        return any(changed)

    def tell_parent(self, fact: EntityFact) -> bool:
        """Adds what a fact says of an organisation's parent; True where it changes anything (F11)."""
        via = fact.keys[0]
        record = self._get(f"{fact.source}|{PARENT}|{via}", fact.source, PARENT, via)
        before = record.attributes.get(PARENT)
        changed = _put(record, PARENT, fact.observed, fact.parent, fact.given)
        if changed and before and before[1]:
            record.replaced.add(before[1])
        record.organisation_via = record.attributes[PARENT][1]
        return changed

    def tell_membership(self, fact: MembershipFact) -> bool:
        """Adds what a fact says of a pair; True where it changes anything (M1)."""
        person, organisation = fact.person[0], fact.organisation[0]
        key = f"{fact.source}|membership|{person}|{organisation}"
        record = self._get(key, fact.source, "membership", person, organisation)
        said = _statement(fact)
        if said in record.statements or (not fact.given and _told_already(record.statements, said)):
            return False
        record.statements = _compact([*record.statements, said])
        record.changed = True
        return True

    def changed(self) -> list[Record]:
        """Records that a fact has made or changed."""
        return [record for record in self.by_key.values() if record.changed]


def _record(
    key: str,
    source: str,
    kind: str,
    via: str,
    other: str | None,
    attributes: str | None,
    statements: str | None,
    described: list[str],
) -> Record:
    record = Record(key, source, kind, via, other)
    record.attributes = orjson.loads(attributes) if attributes else {}
    record.statements = _statements.decode(statements) if statements else []
    record.described = set(described)
    return record


def _put(record: Record, name: str, at: int, value: Any, given: bool) -> bool:
    old = record.attributes.get(name)
    if old is not None:
        if not given and old[1] == value and type(old[1]) is type(value):
            return False
        if not newer((at, value), (old[0], old[1])):
            return False
    record.attributes[name] = [at, value]
    record.changed = True
    return True


def _statement(fact: MembershipFact) -> Statement:
    roles = fact.roles if fact.roles is not UNSET else UNSET
    return Statement(
        fact.observed, fact.source, fact.since, fact.until, fact.ends, roles, fact.primary, fact.stage, dict(fact.values)
    )  # fmt: skip


def _same(one: Statement, other: Statement) -> bool:
    """True where two statements differ in nothing but the moment they were told."""
    return msgspec.structs.replace(one, at=other.at) == other


def _told_already(statements: list[Statement], said: Statement) -> bool:
    """A row without a time of its own, told again: an interval is the same interval; an observation only while nothing else was said since."""
    if not said.observes:
        return any(_same(each, said) for each in statements)
    return bool(statements) and _same(max(statements, key=lambda each: each.at), said)


def _compact(statements: list[Statement]) -> list[Statement]:
    """Of a long run of equal observations the first and the last stay: what lies between adds nothing but an ending told late."""
    if len(statements) == 1:
        return statements
    ordered = sorted(statements, key=lambda each: (each.at, each.since or 0, each.until or 0, _encode.encode(each)))
    if len(ordered) <= _MOST:
        return ordered
    kept = [ordered[0]]
    for before, each, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        if not (each.observes and _same(before, each) and _same(each, after)):
            kept.append(each)
    return [*kept, ordered[-1]]
