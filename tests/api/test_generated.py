"""Every valid document gets an answer of its shape, or a refusal with a code other than INTERNAL."""

from __future__ import annotations

import random
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from api.graphql.schema import SCHEMA

TEXTS = [
    "",
    "o_001",
    "p_003",
    "ann",
    "score",
    "arr",
    "admin",
    "%",
    "'",
    "`}) RETURN 1 //",
    "\\u0000",
    "a" * 300,
    "Login",
    "onboarding",
    "s_o_001|onboarding|1",
]
CRITERIA = [
    "arr >= 1",
    "score has no value",
    "not plan = 'pro'",
    "role = 'admin'",
    "nonsense >",
    "any member (score > 3)",
]
SCALARS: dict[str, list[str]] = {
    "Int": ["0", "1", "2", "20", "-1", "999"],
    "Float": ["0.5", "-1.0"],
    "Boolean": ["true", "false"],
    "DateTime": ['"2026-01-01T00:00:00Z"', '"2026-05-30T00:00:00+02:00"', '"yesterday"', '"0001-01-01T00:00:00+14:00"'],
    "JSON": ["{}", "{limit: 2}", "[1]", "null", '{organisation: "o_001"}'],
    "Criteria": [f'"{one}"' for one in CRITERIA],
}


class Fuzz:
    """Generates valid documents of the whole schema."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.keys = 0

    def document(self) -> str:
        return "{ " + self._selection(SCHEMA.query_type, 5, 3) + " }"

    def _selection(self, type_: Any, depth: int, most: int) -> str:
        if isinstance(type_, GraphQLInterfaceType):
            kinds = self.chance.sample(
                ["Person", "Organisation", "Membership", "Event", "Stay", "Rejected", "IdentityConflict"], 3
            )
            return "__typename id " + " ".join(
                f"... on {k} {{ {self._selection(SCHEMA.type_map[k], depth - 1, 2)} }}" for k in kinds
            )
        assert isinstance(type_, GraphQLObjectType)
        fields = [n for n, f in type_.fields.items() if depth > 1 or is_leaf_type(get_named_type(f.type))]
        chosen = self.chance.sample(fields, k=min(len(fields), self.chance.randrange(1, most + 1)))
        return " ".join(["__typename", *(self._field(type_, name, depth) for name in chosen)])

    def _field(self, type_: GraphQLObjectType, name: str, depth: int) -> str:
        field = type_.fields[name]
        given = {
            a: self._argument(one)
            for a, one in field.args.items()
            if is_required_argument(one) or self.chance.random() < 0.4
        }
        arguments = "(" + ", ".join(f"{a}: {value}" for a, value in given.items()) + ")" if given else ""
        named = get_named_type(field.type)
        below = "" if is_leaf_type(named) else " { " + self._selection(named, depth - 1, 3) + " }"
        self.keys += 1
        key = self.chance.choice(["null", "end", "true_", "k"]) + str(self.keys)
        return f"{key}: {name}{arguments}{below}"

    def _argument(self, argument: GraphQLArgument) -> str:
        return self._value(argument.type)

    def _value(self, type_: Any) -> str:
        if isinstance(type_, GraphQLNonNull):
            return self._present(type_.of_type)
        return "null" if self.chance.random() < 0.1 else self._present(type_)

    def _present(self, type_: Any) -> str:
        if isinstance(type_, GraphQLList):
            return "[" + ", ".join(self._value(type_.of_type) for _ in range(self.chance.randrange(3))) + "]"
        if isinstance(type_, GraphQLEnumType):
            return self.chance.choice(sorted(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        return self.chance.choice(SCALARS.get(type_.name, [f'"{one}"' for one in TEXTS]))

    def _object(self, type_: GraphQLInputObjectType) -> str:
        if type_.is_one_of:
            name = self.chance.choice(sorted(type_.fields))
            named = type_.fields[name].type
            return f"{{{name}: {self._present(named)}}}"
        fields = {
            n: f for n, f in type_.fields.items() if isinstance(f.type, GraphQLNonNull) or self.chance.random() < 0.4
        }
        return "{" + ", ".join(f"{n}: {self._value(f.type)}" for n, f in fields.items()) + "}"


@pytest.mark.parametrize("block", range(4))
async def test_no_valid_document_breaks_the_service(filled, block, caplog):
    for seed in range(block * 50, block * 50 + 50):
        document = Fuzz(seed).document()
        answer = await filled.ask(document)
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        assert not {"INTERNAL", "GRAPH_UNAVAILABLE", "TIMEOUT", "STATEMENT_REFUSED"} & set(codes), (
            document,
            caplog.text[-3000:],
        )
        assert "INVALID_DOCUMENT" not in codes, (document, answer)
        if not codes:
            assert answer["data"]["__typename"] == "Query"
