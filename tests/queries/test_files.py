"""Every statement in queries/ keeps the rules of the library."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import queries
from queries import Statement

ROOT = Path(__file__).parents[2]
STATEMENTS = queries.all_statements()
COMPILERS = re.compile(r"graph/(.*/)?cypher\w*\.py|api/graphql/compile\w*(\.py|/.*)")
STORED_FIELDS = (
    "api/graphql/schema/"  # a field's metadata says by which pattern it is stored: the compiler's only input
)
CYPHER = re.compile(
    r"\b(OPTIONAL MATCH|MATCH \(|MERGE \(|CREATE \(|DETACH DELETE|UNWIND \$|UNWIND \w+ AS|CREATE (CONSTRAINT|INDEX))"
)


def code(text: str) -> str:
    """Return a statement without its strings and comments."""
    return re.sub(r"//[^\n]*|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", "''", text)


every_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.name)


@every_statement
def test_the_head_names_every_parameter_used_and_no_other(statement: Statement) -> None:
    used = set(re.findall(r"\$(\w+)", code(statement.text)))
    assert used == {parameter.name for parameter in statement.parameters}


@every_statement
def test_the_head_is_a_sentence_and_every_parameter_says_what_it_means(statement: Statement) -> None:
    assert statement.title.endswith((".", "?"))
    assert all(parameter.meaning for parameter in statement.parameters)


@every_statement
def test_the_head_names_the_columns_that_the_statement_returns(statement: Statement) -> None:
    assert columns(statement.text) == statement.returns


@every_statement
def test_engines_ids_and_skipping_are_never_used(statement: Statement) -> None:
    found = re.findall(r"\b(?:id|elementId)\s*\(|\bSKIP\b|\bOFFSET\b", code(statement.text))
    assert not found, f"{statement.name} uses {found}"


@every_statement
def test_writes_go_out_from_the_low_degree_node(statement: Statement) -> None:
    """A pattern written from the supernode inward is a thousand times slower on the embedded engine."""
    for pattern in written_patterns(statement.text):
        backward = re.search(r"\)\s*<-\[[^\]]*:(\w+)", pattern)
        assert not backward, f"{statement.name}: write {pattern.strip()!r} from its other end"


@pytest.mark.parametrize("folder", ["graph", "api", "loaders", "membergraph", "queries"])
def test_python_holds_no_cypher_outside_the_compilers(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not COMPILERS.fullmatch(path.relative_to(ROOT).as_posix())
        for line, text in strings(path)
        if CYPHER.search(text) and not is_pattern_of_a_field(path, text)
    ]
    assert not found


def test_an_unknown_statement_is_told_with_the_nearest() -> None:
    with pytest.raises(queries.UnknownStatementError, match="nearest is 'questions/which_users'"):
        queries.text("questions/which_user")


def test_a_head_is_taken_apart() -> None:
    parsed = queries.parse(
        "folder/name",
        "// Title.\n// More.\n//\n// $a  int?  first\n//     and on\n// $b  string = x y  second\n"
        "// $c  int = 3\n// returns one, two [{x, y}], three\nMATCH (n)\nRETURN n;\n",
    )
    assert (parsed.title, parsed.description, parsed.text) == ("Title.", "More.", "MATCH (n)\nRETURN n")
    assert parsed.returns == ("one", "two", "three")
    assert [(p.name, p.type, p.optional, p.default, p.meaning) for p in parsed.parameters] == [
        ("a", "int", True, None, "first and on"),
        ("b", "string", True, "x y", "second"),
        ("c", "int", True, 3, ""),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("MATCH (n) RETURN n", "line 1: a sentence"),
        ("// Title.\n// $a  number  x\nRETURN 1", "expected `\\$name type meaning`"),
        ("// Title.\n// $a int  x\n// something else\nRETURN 1", "line 3: expected"),
        ("// Title.\n", "no statement"),
    ],
)
def test_a_head_out_of_form_is_told(content: str, message: str) -> None:
    with pytest.raises(queries.QueryFileError, match=message):
        queries.parse("folder/name", content)


def is_pattern_of_a_field(path: Path, text: str) -> bool:
    return STORED_FIELDS in path.as_posix() and not re.search(r"\b(CREATE|MERGE|SET|DELETE)\b", text)


def columns(text: str) -> tuple[str, ...]:
    """Return the columns of the last RETURN; empty without one."""
    bare = unbraced(code(text))
    if "RETURN" not in bare:
        return ()
    returned = re.split(r"\bRETURN\b(?:\s+DISTINCT\b)?", bare)[-1]
    returned = re.split(r"\b(?:ORDER BY|LIMIT)\b", returned)[0]
    return tuple(re.split(r"\bAS\b", part)[-1].strip().split(".")[-1] for part in returned.split(","))


def unbraced(text: str) -> str:
    """Return a text without anything in brackets of any kind."""
    nested = re.compile(r"\{[^{}()\[\]]*\}|\([^{}()\[\]]*\)|\[[^{}()\[\]]*\]")
    while nested.search(text):
        text = nested.sub("", text)
    return text


def written_patterns(text: str) -> Iterator[str]:
    """Yield the pattern of each CREATE and MERGE, up to the next clause."""
    clause = r"\b(?:ON CREATE|ON MATCH|SET|WITH|RETURN|MATCH|UNWIND|CALL|FOREACH|DELETE|REMOVE|WHERE|ORDER BY)\b"
    for written in re.split(r"\b(?:CREATE|MERGE)\b", code(text))[1:]:
        yield re.split(clause, written)[0]


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the text constants of a module with their lines, without documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value
