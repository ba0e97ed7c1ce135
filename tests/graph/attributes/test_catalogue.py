"""The catalogue finds an attribute by any spelling and knows what the graph calls it."""

from graph.attributes.catalogue import Catalogue, Definition, definitions


def catalogue() -> Catalogue:
    return Catalogue(
        (
            Definition("organisation", "plan_tier", "text"),
            Definition("organisation", "last_completion_of_onboarding_stage", "datetime"),
            Definition("membership", "role", "text"),
            Definition("person", "first_seen_date", "date"),
            Definition("organisation", "name", "text", sources=("crm",)),
        )
    )


def test_any_spelling_finds_the_attribute() -> None:
    for spelling in ("plan_tier", "planTier", "Plan Tier"):
        found = catalogue().find("organisation", spelling)
        assert found is not None
        assert found.property == "plan_tier"


def test_built_in_names_are_there_without_a_definition() -> None:
    found = Catalogue().find("organisation", "lastSeenAt")
    assert found is not None
    assert (found.type, found.property) == ("datetime", "lastSeenAt")


def test_ours_wins_and_the_sources_own_is_found_by_its_stored_name() -> None:
    built_in, reported = catalogue().find("membership", "role"), catalogue().find("membership", "role_")
    assert built_in is not None
    assert (built_in.origin, built_in.property) == ("built_in", "role")
    assert reported is not None
    assert (reported.origin, reported.property) == ("ingested", "role_")


def test_first_seen_date_is_the_ingested_one_else_when_first_seen_f8() -> None:
    ingested, else_ = catalogue().find("person", "first_seen_date"), catalogue().find("organisation", "first_seen_date")
    assert ingested is not None
    assert (ingested.type, ingested.property, ingested.fallback) == ("date", "first_seen_date", "firstSeenAt")
    assert else_ is not None
    assert (else_.type, else_.property, else_.fallback) == ("datetime", "firstSeenAt", None)


def test_what_sources_say_of_a_name_of_ours_is_kept() -> None:
    found = catalogue().find("organisation", "name")
    assert found is not None
    assert found.sources == ("crm",)
    assert found.property == "name"


def test_the_guides_spelling_of_generated_attributes_is_accepted_j10() -> None:
    found = catalogue().find("organisation", "last_completed_onboarding_stage")
    assert found is not None
    assert found.name == "last_completion_of_onboarding_stage"


def generated(*names: str) -> Catalogue:
    return Catalogue(tuple(Definition("organisation", each, "datetime", "generated") for each in names))


def test_J10_an_objective_is_found_without_its_suffix_unless_a_stage_is_called_so() -> None:
    done, left = "last_completion_of_first_invoice_objective", "last_left_trial_objective"
    known = generated(done, left, "last_left_trial_stage")
    found = {name: known.find("organisation", name) for name in ("last_completed_First_Invoice", "last_left_trial")}
    assert {name: each and each.name for name, each in found.items()} == {
        "last_completed_First_Invoice": done,
        "last_left_trial": None,
    }
    assert known.find("person", "last_completed_first_invoice") is None


def test_nearest_names_what_was_probably_meant() -> None:
    assert catalogue().nearest("organisation", "plan_teir") == "plan_tier"
    assert catalogue().nearest("organisation", "zzz") is None


def test_definitions_are_read_from_rows() -> None:
    row = {
        "entity": "person", "name": "arr", "type": "float", "origin": "ingested", "category": None, "description": None,
        "source": "crm", "sources": ["crm", "api"], "spellings": None, "roll_up": None, "include_descendants": None,
    }  # fmt: skip
    assert list(definitions([row])) == [Definition("person", "arr", "float", source="crm", sources=("crm", "api"))]
