"""The order in which attributes are computed, the rounds, and the attributes that organisations may not read; no graph."""

from __future__ import annotations

import pytest

from graph.attributes.catalogue import Catalogue, Definition
from graph.calculated.computing_order import computed_last
from graph.calculated.definition import Calculated, Holder, Rule
from graph.computed.calculated import check_calculated
from graph.computed.roll_ups import check
from graph.errors import UserMistake
from graph.evaluation.rounds import compile_rounds
from graph.journey.definitions.checking import check_objective, check_stage
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Stage
from graph.journey.definitions.stored import Library
from graph.rollups import RollUp, StoredRollUp

INGESTED = (
    Definition("organisation", "arr", "integer"),
    Definition("organisation", "logins", "integer", "rolled_up"),
    Definition("organisation", "currently_member_of_x_stage", "boolean", "generated"),
    Definition("person", "seats", "integer"),
    Definition("person", "visits", "integer", "rolled_up"),
    Definition("membership", "there", "integer", "rolled_up"),
)


def score(name: str, entity: Holder, *criteria: str) -> Calculated:
    return Calculated(name, score=tuple(Rule(each, 1, each) for each in criteria), entity=entity)


def catalogue(*calculated: Calculated) -> Catalogue:
    return Catalogue((*INGESTED, *(each.definition for each in calculated)))


OWN = Calculated("own", "seats + visits", entity="person")
FIT = score("fit", "membership", "person.own > 3", "there > 1", "organisation.arr > 9", "in organisation (arr > 9)")


@pytest.mark.parametrize(
    ("calculated", "reason"),
    [
        (OWN, None),
        (FIT, None),
        (score("x", "person", "any organisation (arr > 9 and membership.role = 'admin')", "did 'Call'"), None),
        (score("x", "person", "any organisation (logins > 9)"), ("organisation", "logins")),
        (score("x", "person", "in organisation (currently_member_of_x_stage = true)"), ("organisation", "currently_member_of_x_stage")),
        (score("x", "person", "in organisation (membership.there > 1)"), ("membership", "there")),
        (score("x", "person", "in organisation (any member (person.visits > 1))", "visits > 1"), ("person", "visits")),
        (score("x", "membership", "organisation.logins > 9"), ("organisation", "logins")),
        (score("x", "membership", "there > 1", "in organisation (membership.there > 1)"), ("membership", "there")),
        (score("x", "membership", "in organisation (parent (logins > 1))"), ("organisation", "logins")),
    ],
)  # fmt: skip
def test_what_reads_organisations_own_or_others_comes_after_them(
    calculated: Calculated, reason: tuple[str, str] | None
):
    known = catalogue(OWN, FIT, calculated)
    assert computed_last(known).get((calculated.entity, calculated.name)) == reason


def test_what_reads_one_that_comes_later_comes_later_too():
    first = score("first", "membership", "organisation.logins > 9")
    second = Calculated("second", "membership.first * 2", entity="membership")
    assert computed_last(catalogue(second, first)) == {
        ("membership", "first"): ("organisation", "logins"),
        ("membership", "second"): ("membership", "first"),
    }


def test_J2_a_round_takes_together_what_is_read_of_the_same_node_and_comes_after_what_is_read_of_others():
    twice = Calculated("twice", "own * 2", entity="person")
    health = score("health", "organisation", "any member (fit > 1)")
    liked = score("liked", "person", "any organisation (health > 50 and membership.fit > 3)")
    pull = Calculated("pull", "organisation.health - fit + person.liked", entity="membership")
    follows = score("follows", "person", "any organisation (membership.pull > 3)")
    every = (follows, pull, liked, twice, FIT, OWN, health)
    rounds = compile_rounds(every, catalogue(*every))
    names = [
        [(one.entity, [each.property for each in one.calculations]) for one in part]
        for part in (rounds.before_organisations, rounds.after_organisations)
    ]
    assert names == [
        [("person", ["own", "twice"]), ("membership", ["fit"])],
        [("person", ["liked"]), ("membership", ["pull"]), ("person", ["follows"])],
    ]


# ---------------------------------------------------------------- what is refused

LATE = score("late", "membership", "organisation.logins > 9")
EARLY = score("early", "membership", "role = 'admin'")
READS_IT = "any member (membership.late >= 50)"


def refused(*, field: str) -> object:
    return pytest.raises(
        UserMistake, match=r"the membership's 'late' reads the organisation's 'logins' and so is worked out after"
    )


def test_organisations_attributes_stages_and_roll_ups_read_nothing_that_comes_after_them():
    known = catalogue(LATE)
    stage = Stage("s", "customer", "S", READS_IT, ExitRule("ONGOING"))
    fine = Stage("s", "customer", "S", "arr > 1", ExitRule("ONGOING"))
    doing = [
        (lambda: check_calculated(score("health", "organisation", READS_IT), known), "score"),
        (lambda: check_stage(stage, known), "entry"),
        (lambda: check_objective(fine, Objective("o", "O", criteria=READS_IT), (), known), "criteria"),
        (lambda: check(StoredRollUp("r", RollUp("COUNT", where="membership.late >= 50")), known), "where"),
        (lambda: check(StoredRollUp("r", RollUp("MAX", attribute="membership.late")), known), "attribute"),
    ]
    for do, field in doing:
        with refused(field=field) as caught:  # type: ignore[attr-defined]
            do()
        assert (caught.value.code, caught.value.field) == ("WORKED_OUT_LATER", field)


def test_one_that_is_read_early_can_not_be_changed_so_that_it_comes_later():
    stage = Stage("s", "customer", "S", "any member (membership.early >= 50)", ExitRule("ONGOING"))
    library = Library((Journey("customer", "Customer", False, (stage,)),))
    check_calculated(score("early", "membership", "role = 'owner'"), catalogue(EARLY), library)
    with pytest.raises(UserMistake, match=r"stage s \(entry\) can't read it") as caught:
        check_calculated(score("early", "membership", "organisation.logins > 1"), catalogue(EARLY), library)
    assert (caught.value.code, caught.value.field) == ("WORKED_OUT_LATER", "score")


def test_a_circle_over_people_memberships_and_organisations_is_refused_by_the_names_in_it():
    health = score("health", "organisation", "any member (membership.fit > 1)")
    fit = score("fit", "membership", "person.liked > 1")
    check_calculated(fit, catalogue(score("liked", "person", "seats > 1"), health))
    with pytest.raises(UserMistake) as caught:
        check_calculated(score("liked", "person", "in organisation (health > 1)"), catalogue(fit, health))
    assert caught.value.code == "DEPENDS_ON_ITSELF"
    assert "membership.fit reads person.liked" in str(caught.value)


@pytest.mark.parametrize(
    ("calculated", "code", "field"),
    [
        (Calculated("visits", "seats", entity="person"), "NAME_TAKEN", "name"),
        (Calculated("email", "seats", entity="person"), "NAME_TAKEN", "name"),
        (Calculated("role", "there", entity="membership"), "INVALID_NAME", "name"),
        (Calculated("x", "arr * 2", entity="person"), "INVALID_CRITERION", "formula"),
        (Calculated("x", "arr * 2", entity="membership"), "INVALID_CRITERION", "formula"),
        (score("x", "person", "any member (role = 'admin')"), "INVALID_CRITERION", "score.0.criterion"),
    ],
)
def test_C4_what_makes_no_sense_of_a_person_or_membership_is_refused(calculated: Calculated, code: str, field: str):
    with pytest.raises(UserMistake) as caught:
        check_calculated(calculated, catalogue())
    assert (caught.value.code, caught.value.field) == (code, field)
