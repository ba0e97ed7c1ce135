"""The facts: everything that a source can say (F1).

Times are epoch milliseconds UTC. Subjects are named by identity keys, strongest first. `named` caches the result of
`graph.writer.addressing.subjects`, which is asked for many times.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

Keys = tuple[str, ...]


class EntityFact(Struct, gc=False):
    """A person or organisation as one source sees it: identities seen together, attributes (None removes), a parent.

    `former` is the user id that a person had before the one among `keys` (I9).
    """

    index: int
    entity: Literal["person", "organisation"]
    keys: Keys
    source: str
    observed: int
    given: bool
    values: Mapping[str, Any]
    spellings: Mapping[str, str]
    kinds: Mapping[str, str]
    parent: str | UnsetType | None = UNSET
    is_merge: bool = False
    former: str | None = None
    named: tuple[tuple[str, Keys], ...] | None = None


class MembershipFact(Struct, gc=False):
    """The word of one source on one person in one organisation; with `ends`, that the membership at `until` is over (M1, M3)."""

    index: int
    person: Keys
    organisation: Keys
    source: str
    observed: int
    given: bool
    ends: bool = False
    since: int | None = None
    until: int | None = None
    roles: tuple[str, ...] | UnsetType | None = UNSET
    primary: bool | UnsetType | None = UNSET
    stage: str | UnsetType | None = UNSET
    values: Mapping[str, Any] = {}
    spellings: Mapping[str, str] = {}
    kinds: Mapping[str, str] = {}
    named: tuple[tuple[str, Keys], ...] | None = None


class EventFact(Struct, gc=False):
    """An event of a person, of a person in an organisation, or of an organisation itself (E1, E3)."""

    index: int
    id: str
    hash: str
    name: str
    occurred: int
    received: int
    source: str
    person: Keys
    organisation: Keys
    properties: Mapping[str, Any]
    spellings: Mapping[str, str]
    kinds: Mapping[str, str]
    named: tuple[tuple[str, Keys], ...] | None = None


Fact = EntityFact | MembershipFact | EventFact
