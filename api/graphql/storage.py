"""How a GraphQL field is stored: the metadata the compiler reads, and nothing else about a field.

Cypher fragments name the node they start from `{from}` and the one they arrive at `{to}`; names derived
from `{to}` (`{to}_person`) are free for what lies in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

KEY = "membergraph.storage"
"""Where a Strawberry field's metadata holds its storage."""

Entity = Literal["person", "organisation", "membership", "event"]
Filter = Literal["criteria", "search", "spell", "event", "code", "entity", "key", "stage"]
Answered = Literal[
    "questions", "answer", "explainStage", "explainObjective", "attributeUses", "attributeHistory",
    "scoreParts", "backtest",
    "metrics", "preview", "signals", "advice", "troubleshoot", "stageChart", "stageTemplates",
]  # fmt: skip
Order = Literal["id", "occurredAt", "receivedAt", "seenAt", "enteredAt", "entity"]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the node itself; `time` leaves as RFC 3339 text in UTC, `json` is stored JSON text."""

    name: str
    time: bool = False
    json: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A Cypher expression over `{from}`; `$now` is the clock in epoch milliseconds; `time` as of a property.

    `first` are clauses that bind what the expression needs, with `imports` besides `{from}` in reach; they return it,
    and read about `weight` rows.
    """

    cypher: str
    time: bool = False
    first: str = ""
    imports: tuple[str, ...] = ()
    weight: int = 10


@dataclass(frozen=True, slots=True)
class Attributes:
    """Every property of the node that is not one of ours, as one JSON object."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the attributes of the node came from: kept as JSON text on the node."""

    entity: Entity


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`rollUp(of:)`: the roll-up compiler's expression for the node."""

    entity: Literal["person", "organisation", "membership"]


@dataclass(frozen=True, slots=True)
class One:
    """At most one related node. `known` names it when the way here has bound it already.

    `filters` are arguments that choose it; `imports` what its sources use besides `{from}`.
    """

    sources: tuple[str, ...]
    known: str | None = None
    filters: tuple[Filter, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Many:
    """A short list of related nodes, in one order; `limited_by` names the argument that bounds it."""

    sources: tuple[str, ...]
    order: str
    where: str = ""
    filters: tuple[Filter, ...] = ()
    limited_by: str | None = None
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A Relay connection. `known` says which relations of the node its sources have bound: name to variable."""

    entity: str
    sources: tuple[str, ...]
    where: str = ""
    order: Order = "id"
    filters: tuple[Filter, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    with_organisation_events: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """One person or organisation by any of its names (`by:`), followed through merges."""

    label: Literal["Person", "Organisation"]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a mutation has changed, in its payload: `source` binds it as `{to}`, by `{id}` and, of a part, `{part}`."""

    source: str
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nodes:
    """`node(id)` and `nodes(ids)`: the kind of an id is its prefix."""

    many: bool


@dataclass(frozen=True, slots=True)
class Itself:
    """An object without a node of its own: its fields are expressions."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Answered by a Python function beside the statement, by name.

    Below a node, `about` is the argument that the node's key stands for; it is answered once for each distinct key, and
    `weight` is about how many rows that reads.
    """

    name: Answered
    about: str | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Unavailable:
    """In the contract, not built yet: answers NOT_AVAILABLE and names what is to come first."""

    since: str


Storage = (
    Property
    | Expression
    | Attributes
    | Provenance
    | Aggregate
    | One
    | Many
    | Page
    | Reference
    | Changed
    | Nodes
    | Itself
    | Apart
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
"""The label an id's prefix stands for; GraphQL types have the labels' names."""
