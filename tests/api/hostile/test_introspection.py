"""Introspection: clients read the whole schema, and what multiplies below it is bounded."""

from __future__ import annotations

import asyncio

import pytest
from graphql import build_client_schema, get_introspection_query, print_schema

from tests.api.conftest import Api

STANDARD = {
    "as it is": {},
    "with everything": {
        "descriptions": True,
        "specified_by_url": True,
        "directive_is_repeatable": True,
        "schema_description": True,
        "input_value_deprecation": True,
        "experimental_directive_deprecation": False,
        "one_of": True,
    },
    "without descriptions": {"descriptions": False},
    "far down": {"type_depth": 30},
}


@pytest.mark.parametrize("options", STANDARD.values(), ids=STANDARD)
async def test_clients_read_the_whole_schema(api: Api, options):
    found = await api.data(get_introspection_query(**options))
    assert len(print_schema(build_client_schema(found))) > 10_000


async def test_what_is_below_the_schema_counts(api: Api):
    aliases = " ".join(f"a{n}: types {{ name fields {{ name }} }}" for n in range(300))
    assert await api.code(f"{{ __schema {{ {aliases} }} }}") == "TOO_MANY_ALIASES"
    fields = "name " * 1100
    assert await api.code(f"{{ __schema {{ types {{ {fields} }} }} }}") == "TOO_MANY_FIELDS"
    deep = "type { fields { " * 12
    assert await api.code(f"{{ __schema {{ types {{ fields {{ {deep} name {'} }' * 12} }} }} }} }}") == "TOO_DEEP"


async def test_what_multiplies_below_the_schema_ends_at_a_bound(api: Api):
    many = " ".join(f"a{n}: fields {{ type {{ fields {{ args {{ name }} }} }} }}" for n in range(90))
    error = await api.error(f"{{ __schema {{ types {{ {many} }} }} }}")
    assert error["extensions"]["code"] == "TOO_COSTLY"


async def test_nobody_waits_for_who_reads_much_of_the_schema(api: Api):
    wide = " ".join(f"a{n}: types {{ fields {{ name args {{ name }} }} }}" for n in range(20))
    reading = asyncio.create_task(api.ask(f"{{ __schema {{ {wide} }} }}"))
    await asyncio.sleep(0)
    for _ in range(3):
        assert (await api.client.get("/health")).status_code == 200
    assert not reading.done()
    await reading
