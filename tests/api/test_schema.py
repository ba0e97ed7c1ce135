"""The schema breaks nothing of the contract, has descriptions everywhere, and equals the committed file."""

from pathlib import Path

import pytest
from graphql import build_schema, is_enum_type, is_object_type
from graphql.utilities import find_breaking_changes

from api.graphql.mutations.scopes import SCOPES
from api.graphql.resolvers import RESOLVERS
from api.graphql.schema import SCHEMA, printed
from api.graphql.storage import KEY, Resolved, Storage

ROOT = Path(__file__).parents[2]
CONTRACT = build_schema((ROOT / "tests/data/contract.graphql").read_text())


def test_the_printed_schema_is_the_committed_one():
    assert printed() == (ROOT / "api/schema.graphql").read_text(), "print it again: python -m api.graphql.schema"


def test_nothing_of_the_contract_is_broken():
    assert find_breaking_changes(CONTRACT, build_schema(printed())) == []


def test_one_of_references_say_so():
    assert "input PersonRef @oneOf {" in printed()
    assert "input OrganisationRef @oneOf {" in printed()


def _described() -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for name, type_ in SCHEMA.type_map.items():
        if name.startswith("__"):
            continue
        found.append((name, type_.description))
        for field_name, field in getattr(type_, "fields", {}).items():
            found.append((f"{name}.{field_name}", field.description))
            found += [(f"{name}.{field_name}({a})", one.description) for a, one in getattr(field, "args", {}).items()]
        if is_enum_type(type_):
            found += [(f"{name}.{value}", one.description) for value, one in type_.values.items()]
    return found


def test_every_type_field_argument_and_value_has_a_description():
    assert [name for name, description in _described() if not description] == []


@pytest.mark.parametrize(
    "name",
    [
        "Query",
        "Person",
        "Organisation",
        "Membership",
        "Event",
        "Journey",
        "Stage",
        "ExitRule",
        "Objective",
        "JourneyState",
        "ObjectiveState",
        "Stay",
        "Rejected",
        "IdentityConflict",
    ],
)
def test_every_field_of_a_node_has_a_storage(name):
    fields = SCHEMA.type_map[name].fields
    for field_name, field in fields.items():
        storage = field.extensions["strawberry-definition"].metadata.get(KEY)
        assert isinstance(storage, Storage), f"{name}.{field_name}"


def test_every_resolved_field_has_a_resolver_and_every_resolver_a_field():
    resolved = {
        name
        for type_ in SCHEMA.type_map.values()
        if is_object_type(type_)
        for name, field in type_.fields.items()
        if not type_.name.startswith("__")
        and isinstance(field.extensions["strawberry-definition"].metadata.get(KEY), Resolved)
    }
    assert resolved == RESOLVERS.keys()


def test_every_mutation_has_a_scope():
    assert SCHEMA.mutation_type is not None
    assert SCHEMA.mutation_type.fields.keys() == SCOPES.keys()
