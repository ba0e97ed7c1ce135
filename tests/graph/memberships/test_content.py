"""The content of a spell with one statement equals that of the statement weighed against itself (M1, F2)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from graph.memberships.content import content
from graph.memberships.spells import MembershipStatement, Spell

_NAMES = st.sampled_from(["crm", "api", "hand", "public:site", "hubspot"])
_TEXTS = st.sampled_from(["admin", "Member", "", "émigrée"])
_STATEMENTS = st.builds(
    MembershipStatement,
    at=st.integers(0, 2**41),
    source=_NAMES,
    since=st.none() | st.integers(0, 2**41),
    roles=st.just(UNSET) | st.none() | st.lists(_TEXTS, max_size=4).map(tuple),
    primary=st.just(UNSET) | st.none() | st.booleans(),
    stage=st.just(UNSET) | st.none() | _TEXTS,
    values=st.dictionaries(
        st.sampled_from(["seats", "team", "."]), st.none() | st.integers(-(2**63), 2**63 - 1) | _TEXTS, max_size=3
    ),
)
_ORDERS = st.dictionaries(
    st.sampled_from(["role", "primary", "seats", "until"]), st.lists(_NAMES, unique=True), max_size=3
)


@given(_STATEMENTS, st.none() | st.integers(0, 2**41), _ORDERS)
def test_M1_one_statement_says_what_it_says_told_twice(
    statement: MembershipStatement, until: int | None, orders: dict[str, list[str]]
):
    once, twice = (content(Spell(statement.since, until, [statement] * times), orders) for times in (1, 2))
    assert once == twice
