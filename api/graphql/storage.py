"""The storage of GraphQL fields: metadata on each field, and the compiler's only input about it.

Cypher fragments name the node above the field `{from}` and the node they find `{to}`. For further nodes they are free
to use variables that begin with `{to}`, such as `{to}_person`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

KEY = "membergraph.storage"
"""The key of the storage in a Strawberry field's metadata."""

Entity = Literal["person", "organisation", "membership", "event"]
Order = Literal["id", "occurredAt", "receivedAt", "seenAt", "enteredAt"]


@dataclass(frozen=True, slots=True)
class Equal:
    """A filter: a property equals the argument of the same name. An absent argument filters nothing."""

    argument: str


Filter = Literal["criteria", "search", "spell", "event"] | Equal
"""A filter of a list. The four named ones read arguments of their own: `where`, `search`, `current` and `asOf`, `filter`."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the node. `time` is returned as RFC 3339 text in UTC; `json` is stored as JSON text."""

    name: str
    time: bool = False
    json: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A Cypher expression over `{from}`; `$now` is the clock in epoch milliseconds; `time` is as in Property.

    `setup` are clauses that bind variables for the expression. They see `imports` besides `{from}`, end with RETURN,
    and read about `weight` rows.
    """

    cypher: str
    time: bool = False
    setup: str = ""
    imports: tuple[str, ...] = ()
    weight: int = 10


@dataclass(frozen=True, slots=True)
class Attributes:
    """All attributes of the node, as one JSON object: its properties without Membergraph's own."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Provenance:
    """The source and time of each attribute; the node holds them as JSON text."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`rollUp(of:)`, which the roll-up compiler turns into an expression over the node."""

    entity: Literal["person", "organisation", "membership"]


@dataclass(frozen=True, slots=True)
class One:
    """At most one related node.

    Where the way here has bound the node as `relation`, it is not read again. `filters` choose the node by arguments.
    `imports` are variables that the sources use besides `{from}`.
    """

    sources: tuple[str, ...]
    relation: str | None = None
    filters: tuple[Equal, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Many:
    """A short ordered list of related nodes. `limited_by` is the argument with its length.

    `variables` are the variables of the source by the name of the relation.
    """

    source: str
    order: str
    where: str = ""
    filters: tuple[Equal, ...] = ()
    limited_by: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PagedList:
    """A Relay connection. Several sources are united.

    `variables` are the variables of the sources by the name of the relation.
    `organisation_events` is one more source, for the argument `withOrganisationEvents`.
    """

    entity: str
    sources: tuple[str, ...]
    where: str = ""
    order: Order = "id"
    filters: tuple[Filter, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    organisation_events: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """One person or organisation by any of its identities (`by:`); merges are followed."""

    label: Literal["Person", "Organisation"]


@dataclass(frozen=True, slots=True)
class ChangedNode:
    """The node that a mutation has changed, in its payload.

    `source` binds `{to}` by `{id}`, and a part of a node also by `{part}`. `variables` are as in Many.
    """

    source: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nodes:
    """`node(id)` or, with `many`, `nodes(ids)`; an id's prefix tells its label."""

    many: bool


@dataclass(frozen=True, slots=True)
class Group:
    """An object without a node of its own; its fields belong to the node above."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A field that a Python function resolves; `api.graphql.resolvers` has one by the field's name.

    Below a node, `node_argument` is the argument that gets the node's key; the function runs once for each distinct key.
    One run reads about `weight` rows.
    """

    node_argument: str | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A field of the contract that is not built yet: it answers NOT_AVAILABLE and names the missing parts."""

    missing: str


Storage = (
    Property
    | Expression
    | Attributes
    | Provenance
    | Aggregate
    | One
    | Many
    | PagedList
    | Reference
    | ChangedNode
    | Nodes
    | Group
    | Resolved
    | Unavailable
)

LABELS: Mapping[str, str] = {
    "p_": "Person",
    "o_": "Organisation",
    "m_": "Membership",
    "e_": "Event",
    "s_": "Stay",
    "r_": "Rejected",
    "c_": "IdentityConflict",
}
"""The label of each prefix of ids. GraphQL types have the names of their labels."""
