"""The rules of language that a program can check: short sentences, names that are nouns and verbs, one meaning a name."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PRODUCT = ("graph", "queries", "loaders", "api", "membergraph")
MODULES = sorted(path for room in PRODUCT for path in (HOUSE / room).rglob("*.py"))
LONGEST = 25
"""Words of a sentence that a reader takes in at once."""

# Participles, prepositions and pronouns that name no value and no act.
BARE = frozenset(
    [
        "told",
        "tell",
        "tells",
        "said",
        "says",
        "met",
        "had",
        "see",
        "sees",
        "seen",
        "of",
        "with_",
        "nothing",
        "lasting",
        "passing",
        "apart",
        "alone",
        "aside",
        "together",
        "gone",
        "mine",
        "whose",
        "whom",
        "theirs",
        "ours",
        "wishes",
        "walk",
        "walks",
        "turn",
        "wave",
        "waves",
        "heard",
    ]
)


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in MODULES}


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(HOUSE)}:{getattr(node, 'lineno', 1)}"


def sentences(text: str) -> Iterator[str]:
    """The sentences of a docstring without its examples, tables and drawn trees."""
    unfenced = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    prose = "\n".join(line for line in unfenced.splitlines() if not re.match(r"    |\||.*[├└│]", line))
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-*•])", prose):
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z`*_0-9\"(])", " ".join(paragraph.split()))


def test_a_sentence_of_a_docstring_is_read_once(trees: dict[Path, ast.Module]) -> None:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    long = [
        f"{place(path, node)}: {sentence}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, documented)
        for sentence in sentences(ast.get_docstring(node) or "")
        if len(sentence.split()) > LONGEST
    ]
    assert long == []


def test_no_function_class_parameter_or_module_is_named_by_a_bare_participle(trees: dict[Path, ast.Module]) -> None:
    named = [f"{path.relative_to(HOUSE)}" for path in trees if path.stem in BARE]
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = node.name
            elif isinstance(node, ast.arg):
                name = node.arg
            else:
                continue
            if name.strip("_").lower() in BARE:
                named.append(f"{place(path, node)}: {name}")
    assert named == []


def test_a_class_name_has_one_meaning(trees: dict[Path, ast.Module]) -> None:
    """The API's schema mirrors the graph: its types may have the names of what they show."""
    homes = defaultdict(list)
    for path, tree in trees.items():
        if "schema" in path.parts and "graphql" in path.parts:
            continue
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(str(path.relative_to(HOUSE)))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}
