"""The solver of identities: cases of I1 to I5, and the laws behind F3."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from graph.identity.canonical import tidy
from graph.identity.kinds import DEFAULT_LIMITS, blocked, kind_of
from graph.identity.solve import Evidence, Solution, solve

Pairs = Iterable[tuple[str, str]]


def _solve(pairs: Pairs, entity: str = "person", extra: Iterable[str] = (), **apart: list[str]) -> Solution:
    evidence = [Evidence(*pair) for pair in pairs]
    keys = {key for each in evidence for key in (each.one, each.other)} | set(extra)
    return solve(entity, keys, evidence, apart, DEFAULT_LIMITS)  # type: ignore[arg-type]


def _clusters(solution: Solution) -> set[frozenset[str]]:
    return set(solution.clusters)


def test_I1_identities_seen_together_are_one_person() -> None:
    found = _solve([("user_id:1", "email:a@x.test"), ("email:a@x.test", "anonymous_id:k")])
    assert _clusters(found) == {frozenset({"user_id:1", "email:a@x.test", "anonymous_id:k"})}


def test_I2_two_user_ids_are_never_one_person_and_the_evidence_is_a_conflict() -> None:
    found = _solve([("user_id:1", "email:a@x.test"), ("user_id:2", "email:a@x.test")])
    assert frozenset({"user_id:2"}) in _clusters(found)
    assert [(each.stronger, each.weaker, each.reason) for each in found.conflicts] == [
        ("user_id:2", "email:a@x.test", "limit")
    ]


def test_I3_what_two_other_people_were_refused_is_shared_and_belongs_to_nobody() -> None:
    found = _solve([(f"user_id:{n}", "anonymous_id:kiosk") for n in range(4)])
    assert found.shared == {"anonymous_id:kiosk"}
    assert len(found.clusters) == 5


def test_I3_a_shared_identity_joins_nobody_through_itself() -> None:
    pairs = [(f"user_id:{n}", "email:info@x.test") for n in range(4)] + [("email:info@x.test", "anonymous_id:k")]
    assert frozenset({"anonymous_id:k"}) in _clusters(_solve(pairs))


def test_I4_a_merge_by_hand_is_stronger_than_any_limit() -> None:
    found = solve(
        "person", {"user_id:1", "user_id:2"}, [Evidence("user_id:1", "user_id:2", "hand")], {}, DEFAULT_LIMITS
    )
    assert len(found.clusters) == 1


def test_I4_what_was_kept_apart_by_hand_stays_apart_whatever_the_evidence() -> None:
    apart = {"user_id:1": ["7:a"], "email:a@x.test": ["7:b"]}
    evidence = [Evidence("user_id:1", "email:a@x.test", "merge"), Evidence("user_id:1", "anonymous_id:k")]
    found = solve("person", {"user_id:1", "email:a@x.test", "anonymous_id:k"}, evidence, apart, DEFAULT_LIMITS)
    assert _clusters(found) == {frozenset({"user_id:1", "anonymous_id:k"}), frozenset({"email:a@x.test"})}


def test_I5_a_domain_addresses_an_organisation_and_never_merges_two() -> None:
    found = _solve([("hubspot_company:1", "domain:x.test"), ("salesforce_account:2", "domain:x.test")], "organisation")
    assert len(found.clusters) == 2
    assert found.conflicts[0].reason == "domain"


def test_I5_two_domains_of_one_organisation_are_fine() -> None:
    found = _solve([("hubspot_company:1", "domain:x.test"), ("hubspot_company:1", "domain:y.test")], "organisation")
    assert len(found.clusters) == 1


def test_V2_what_a_public_key_tells_is_applied_last() -> None:
    evidence = [Evidence("user_id:1", "anonymous_id:k", "public"), Evidence("user_id:2", "anonymous_id:k")]
    found = solve("person", {"user_id:1", "user_id:2", "anonymous_id:k"}, evidence, {}, DEFAULT_LIMITS)
    assert frozenset({"user_id:2", "anonymous_id:k"}) in _clusters(found)


def test_I6_placeholders_are_no_identities_and_addresses_are_tidied() -> None:
    assert all(blocked(each) for each in ("null", "N/A", "-1", "0000", "00-00", "undefined", "Anonymous"))
    assert not blocked("0a")
    assert tidy("email", "  Ann@X.Test ") == "ann@x.test"
    assert tidy("domain", "https://www.Acme.com/about") == "acme.com"


_keys = st.sampled_from(
    [f"user_id:{n}" for n in range(3)]
    + [f"email:{c}@x.test" for c in "abc"]
    + [f"anonymous_id:{n}" for n in range(3)]
    + ["crm:1", "crm:2"]
)
_evidence = st.lists(
    st.tuples(_keys, _keys, st.sampled_from(["seen", "seen", "merge", "public"])).filter(lambda e: e[0] != e[1]),
    max_size=14,
)


@given(_evidence, st.randoms(use_true_random=False))
def test_F3_the_order_of_evidence_and_hearing_it_twice_play_no_part(evidence, dice) -> None:
    keys = {key for one, other, _ in evidence for key in (one, other)}
    first = solve("person", keys, [Evidence(*each) for each in evidence], {}, DEFAULT_LIMITS)
    shuffled = [Evidence(other, one, strength) for one, other, strength in evidence] + [
        Evidence(*each) for each in evidence
    ]
    dice.shuffle(shuffled)
    again = solve("person", keys, shuffled, {}, DEFAULT_LIMITS)
    assert _clusters(first) == _clusters(again)
    assert (first.shared, set(first.conflicts)) == (again.shared, set(again.conflicts))


@given(_evidence)
def test_I2_no_evidence_that_was_merely_seen_exceeds_a_limit(evidence) -> None:
    seen = [Evidence(one, other) for one, other, _ in evidence]
    keys = {key for each in seen for key in (each.one, each.other)}
    for cluster in solve("person", keys, seen, {}, DEFAULT_LIMITS).clusters:
        assert sum(kind_of(key) == "user_id" for key in cluster) <= 1
        assert sum(kind_of(key) == "crm" for key in cluster) <= 1


@given(_evidence)
def test_I1_clusters_share_no_identity_and_lose_none(evidence) -> None:
    keys = {key for one, other, _ in evidence for key in (one, other)}
    found = solve("person", keys, [Evidence(*each) for each in evidence], {}, DEFAULT_LIMITS)
    assert sorted(key for cluster in found.clusters for key in cluster) == sorted(keys)
