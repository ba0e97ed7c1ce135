"""Random documents of the contract's schema: aliases, fragments, directives, pages and filters."""

# ruff: noqa: UP031 - braces are the documents' own

from __future__ import annotations

import random
from typing import Any

ARGUMENTS = {
    "Query": {
        "person": lambda c: (
            "(by: {%s})"
            % c.choice(
                ['id: "p_001"', 'id: "p_old"', 'email: "ANN3@mail.test "', 'identity: {kind: "user_id", value: "u5"}']
            )
        ),
        "organisation": lambda c: (
            "(by: {%s})" % c.choice(['id: "o_002"', 'id: "nobody"', 'identity: {kind: "domain", value: "acme1.test"}'])
        ),
        "node": lambda c: (
            '(id: "%s")' % c.choice(["p_003", "o_001", "m_004", "e_0005", "r_1", "p_old", "x", "p_kiosk"])
        ),
        "nodes": lambda c: '(ids: ["o_003", "p_002", "zz", "m_001", "p_002"])',
        "people": lambda c: _page(
            c,
            c.choice(
                [
                    "",
                    'search: "ann"',
                    'search: "LEE b"',
                    'orderBy: {attribute: "score", direction: DESC}',
                    'orderBy: {attribute: "score"}',
                ]
            ),
        ),
        "organisations": lambda c: _page(
            c,
            c.choice(
                ["", 'search: "ac"', 'orderBy: {attribute: "arr"}', 'orderBy: {attribute: "plan", direction: DESC}']
            ),
        ),
        "events": lambda c: _page(c, c.choice(["", _filter(c)])),
        "rejected": lambda c: _page(c, c.choice(["", 'code: "BAD_TIME"']), back=False),
    },
    "Person": {
        "attributes": lambda c: c.choice(["", '(names: ["score"])']),
        "memberships": lambda c: _page(
            c, c.choice(["", "current: true", "current: false", 'asOf: "2026-04-01T00:00:00+02:00"'])
        ),
        "events": lambda c: _page(c, c.choice(["", "withOrganisationEvents: true", 'filter: {names: ["Login"]}'])),
    },
    "Organisation": {
        "attributes": lambda c: c.choice(["", '(names: ["arr", "nothing"])']),
        "memberships": lambda c: _page(c, c.choice(["", "current: true", "current: false"])),
        "events": lambda c: _page(c, c.choice(["", _filter(c)])),
        "children": lambda c: _page(c, "", back=False),
        "sharesPeopleWith": lambda c: c.choice(["", "(first: 2)"]),
    },
    "Membership": {"events": lambda c: _page(c, c.choice(["", "withOrganisationEvents: true"]), back=False)},
}
LEAVES = {
    "Person": ["id", "name", "email", "firstSeenAt", "lastSeenAt", "attributes", "__typename"],
    "Organisation": ["id", "name", "domain", "firstSeenAt", "attributes", "__typename"],
    "Membership": ["id", "role", "roles", "since", "until", "current", "origin", "primary", "stage", "attributes"],
    "Event": ["id", "name", "occurredAt", "receivedAt", "source", "properties", "__typename"],
    "Rejected": ["id", "code", "message", "path", "source", "receivedAt", "row"],
    "Identity": ["kind", "value", "source", "firstSeenAt"],
    "SharedPeople": ["people"],
}
BRANCHES = {
    "Query": {
        "person": "Person",
        "organisation": "Organisation",
        "people": "*Person",
        "organisations": "*Organisation",
        "events": "*Event",
        "rejected": "*Rejected",
        "node": "Node",
        "nodes": "Node",
    },
    "Person": {"identities": "Identity", "memberships": "*Membership", "events": "*Event"},
    "Organisation": {
        "identities": "Identity",
        "memberships": "*Membership",
        "events": "*Event",
        "parent": "Organisation",
        "children": "*Organisation",
        "sharesPeopleWith": "SharedPeople",
    },
    "Membership": {"person": "Person", "organisation": "Organisation", "events": "*Event"},
    "Event": {"person": "Person", "organisation": "Organisation"},
    "SharedPeople": {"organisation": "Organisation"},
}


def _filter(c: random.Random) -> str:
    return c.choice(
        [
            'filter: {from: "2026-05-20T00:00:00Z"}',
            'filter: {to: "2026-05-30T12:00:00Z", names: ["Login", "Page Viewed"]}',
            'filter: {organisation: "o_001"}',
            'filter: {person: "p_004"}',
            'filter: {person: "p_003", organisation: "o_002"}',
        ]
    )


def _page(c: random.Random, more: str, *, back: bool = True) -> str:
    size = c.choice(["", "first: 0", "first: 3", "first: 50", *(["last: 2", "last: 40"] if back else [])])
    inner = ", ".join(one for one in (more, size) if one)
    return f"({inner})" if inner else ""


class Maker:
    """Makes one document from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.variables: dict[str, Any] = {"yes": True, "no": False}
        self.keys = 0

    def document(self) -> str:
        return (
            "query Made($yes: Boolean! = true, $no: Boolean! = false) { a: __typename @skip(if: $no) @include(if: $yes) %s }"
            % self._branches("Query", 3, 1)
        )

    def _key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    def _branches(self, type_: str, depth: int, least: int) -> str:
        known = BRANCHES.get(type_, {})
        if depth == 0 or not known:
            return ""
        chosen = self.chance.sample(sorted(known), k=min(len(known), self.chance.randrange(least, least + 2)))
        return " ".join(self._branch(type_, name, known[name], depth - 1) for name in chosen)

    def _branch(self, type_: str, name: str, to: str, depth: int) -> str:
        arguments = ARGUMENTS.get(type_, {}).get(name, lambda _: "")(self.chance)
        directive = (
            self.chance.choice(["", "", "", "@include(if: $yes)", "@skip(if: $yes)"]) if type_ != "Query" else ""
        )
        selection = self._page(to[1:], depth) if to.startswith("*") else self._object(to, depth)
        return f"{self._key()}: {name}{arguments} {directive} {{ {selection} }}"

    def _page(self, type_: str, depth: int) -> str:
        node = self._object(type_, depth)
        parts = [
            f"edges {{ node {{ {node} }} }}",
            "totalCount",
            "pageInfo { hasNextPage hasPreviousPage }",
            "__typename",
        ]
        chosen = self.chance.sample(parts, k=self.chance.randrange(1, 4))
        return " ".join(chosen)

    def _object(self, type_: str, depth: int) -> str:
        if type_ == "Node":
            kinds = ("Person", "Organisation", "Event", "Membership", "Rejected")
            return "id __typename " + " ".join(f"... on {kind} {{ {self._object(kind, depth)} }}" for kind in kinds)
        leaves = self.chance.sample(LEAVES[type_], k=min(len(LEAVES[type_]), self.chance.randrange(1, 4)))
        aliased = " ".join(f"{self._key()}: {leaf}" for leaf in leaves)
        if self.chance.random() < 0.3:
            aliased = f"... on {type_} {{ {aliased} }}"
        return f"{aliased} {self._branches(type_, depth, 0)}"
