"""An attribute has one name in the graph, and never overwrites a property of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.attributes.names import RESERVED, normalise, plain, stored


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Plan Tier", "plan_tier"),
        ("planTier", "plan_tier"),
        ("plan_tier", "plan_tier"),
        ("PlanTier", "plan_tier"),
        ("MRR (USD)", "mrr_usd"),
        ("HTTPServer", "http_server"),
        ("$browser", "browser"),
        ("utm1", "utm1"),
        ("plan2Tier", "plan2_tier"),
        ("user.plan-tier", "user_plan_tier"),
        ("Größe", "grösse"),
        ("???", ""),
    ],
)
def test_every_spelling_becomes_one_name(written: str, name: str) -> None:
    assert normalise(written) == name


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing(written: str) -> None:
    assert normalise(normalise(written)) == normalise(written)


def test_our_own_names_get_a_trailing_underscore() -> None:
    assert stored("membership", "Role") == "role_"
    assert stored("event", "name") == "name_"
    assert stored("person", "firstSeenAt") == "first_seen_at_"
    assert stored("organisation", "dueat") == "dueat_"


def test_name_email_and_domain_are_ours_and_attributes_at_once() -> None:
    assert [stored("person", "name"), stored("person", "email"), stored("organisation", "domain")] == [
        "name",
        "email",
        "domain",
    ]


@given(st.sampled_from(sorted(RESERVED)), st.text(min_size=1, max_size=12).filter(normalise))
def test_plain_undoes_stored(entity: str, written: str) -> None:
    assert plain(entity, stored(entity, written)) == normalise(written)
