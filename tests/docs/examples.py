"""The examples of docs/rules.md: the lines of a block, and how they run against a graph."""

from __future__ import annotations

import itertools
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from graph.attributes.catalogue import load_catalogue
from graph.clock import FixedClock, epoch_ms
from graph.computed import define_roll_up
from graph.criteria import CriteriaError, ParameterBag, compile_flip, compile_predicate, parse
from graph.engine import Graph, Transaction
from graph.errors import MembergraphError
from graph.evaluation import Evaluator
from graph.questions import answer, as_json
from graph.rollups import RollUp, StoredRollUp, Traversals, aggregate
from graph.writer import Writer, open_writer

BLOCK = re.compile(
    r"^```rule (?P<rules>[A-Z0-9 ]+?)(?P<shuffled>, in any order)?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
LONG = os.environ.get("MEMBERGRAPH_LONG") == "1"
ROWS = ("person", "organisation", "membership", "end_membership", "event", "merge")
NOON = datetime.fromisoformat("2026-03-10T12:00:00Z")
LABELS = {"person": "Person", "organisation": "Organisation", "membership": "Membership", "event": "Event"}


class Loader(yaml.SafeLoader):
    """YAML in which a time stays text, as in a row."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass
class Action:
    """One line that does something, with the results on the `=` lines below it."""

    verb: str
    text: str
    expected: list[Any] | None = None


@dataclass
class Example:
    """One block: the rules it shows, and its lines."""

    rules: list[str]
    line: int
    shuffled: bool
    actions: list[Action] = field(default_factory=list)


def examples(page: Path) -> list[Example]:
    """Return every example of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 2
        found.append(Example(block["rules"].split(), line, bool(block["shuffled"]), list(actions(block["body"]))))
    return found


def actions(body: str) -> Iterator[Action]:
    action: Action | None = None
    for line in re.sub(r"\n  +", " ", body).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        verb, _, text = line.partition(" ")
        if verb == "=" and action:
            action.expected = (action.expected or []) + ([] if text == "nothing" else [loaded(text)])
            continue
        if action:
            yield action
        action = Action(verb, text)
    if action:
        yield action


def loaded(text: str) -> Any:
    return yaml.load(text, Loader)


def row(kind: str, text: str) -> dict[str, Any]:
    """Return a row as the writer takes it. An example writes an identity as kind:value."""
    given = dict(loaded(text))
    for name in ("identities",):
        if name in given:
            given[name] = [identity(one) for one in given[name]]
    for name in ("person", "organisation"):
        if name in given:
            given[name] = {"identity": identity(given[name])}
    if "parent" in given:
        given["parent"] = given["parent"] and identity(given["parent"])
    return {"type": kind} | given


def identity(written: str) -> dict[str, str]:
    kind, _, value = written.partition(":")
    return {"kind": kind, "value": value}


class Run:
    """One example that runs against one graph."""

    def __init__(self, graph: Graph, writer: Writer, clock: FixedClock) -> None:
        self.graph, self.writer, self.clock = graph, writer, clock
        self.waiting: list[dict[str, Any]] = []

    async def take(self, action: Action) -> None:
        """Run one line, and compare its result."""
        if action.verb in ROWS:
            self.waiting.append(row(action.verb, action.text))
        elif action.verb == "=>":
            await self.outcome(action.text)
        else:
            await self.do(action)

    async def do(self, action: Action) -> None:
        if self.waiting:
            await self.submit()
        doing: Callable[[str], Any] = getattr(self, f"do_{action.verb}")
        found = await doing(action.text)
        if action.expected is not None:
            assert ordered(found) == ordered(action.expected), f"{action.verb} {action.text} gave {found}"

    async def submit(self) -> Any:
        rows, self.waiting = self.waiting, []
        return await self.writer.submit(rows)

    async def outcome(self, text: str) -> None:
        found = await self.submit()
        counts = {"created": found.created, "updated": found.updated, "unchanged": found.unchanged}
        codes = {"rejected": found.rejected, "warned": found.warnings}
        expected = dict(part.partition(" ")[::2] for part in text.split(", "))
        for what, refusals in codes.items():
            assert sorted(each.code for each in refusals) == sorted(expected.pop(what, "").split()), refusals
        for what, value in expected.items():
            assert counts[what] == int(value), (what, found)

    async def rows(self, text: str, parameters: dict[str, Any]) -> list[Any]:
        now = {"now": epoch_ms(self.clock.now())}
        found = await self.graph.query(text, parameters | {key: now[key] for key in now if f"${key}" in text})
        return [as_json(list(one.values())) for one in found]

    async def id(self, entity: str, key: str) -> str:
        [[found]] = await self.rows(
            f"MATCH (x:{LABELS[entity]})-[:IDENTIFIED_BY]->(:Identity {{key: $key}}) RETURN x.id AS id", {"key": key}
        )
        return str(found)

    async def do_now(self, text: str) -> None:
        self.clock.set(datetime.fromisoformat(text))

    async def do_cypher(self, text: str) -> list[Any]:
        return await self.rows(text, {})

    async def do_ask(self, text: str) -> list[Any]:
        name, _, parameters = text.partition(" ")
        return (await answer(self.graph, self.clock, name, loaded(parameters) if parameters else {})).rows

    async def do_where(self, text: str) -> list[Any]:
        """Return the names of the entities that match a criterion."""
        subject, _, criterion = text.partition(" ")
        bag = ParameterBag()
        parsed = parse(criterion, subject=subject, catalogue=await load_catalogue(self.graph))  # type: ignore[arg-type]
        holds = compile_predicate(parsed, "x", bag)
        statement = f"MATCH (x:{LABELS[subject]}) WHERE x.uncounted IS NULL AND {holds} RETURN x.name AS name"
        return [name for [name] in await self.rows(statement, bag.values)]

    async def do_wrong(self, text: str) -> list[Any]:
        """Return the error of a wrong criterion."""
        subject, _, criterion = text.partition(" ")
        try:
            parse(criterion, subject=subject, catalogue=await load_catalogue(self.graph))  # type: ignore[arg-type]
        except CriteriaError as error:
            return [{"line": error.line, "column": error.column, "found": error.found, "nearest": error.suggestion}]
        return []

    async def do_flip(self, text: str) -> list[Any]:
        """Return the instants at which time alone may change the answer of a criterion, by name."""
        subject, _, criterion = text.partition(" ")
        bag = ParameterBag()
        parsed = parse(criterion, subject=subject, catalogue=await load_catalogue(self.graph))  # type: ignore[arg-type]
        flip = compile_flip(parsed, "x", bag)
        statement = (
            f"MATCH (x:{LABELS[subject]}) WITH x, {flip} AS ms "
            "RETURN x.name AS name, CASE WHEN ms IS NULL THEN null ELSE datetime({epochMillis: ms}) END AS at"
        )
        return await self.rows(statement, bag.values)

    async def do_rollup(self, text: str) -> list[Any]:
        """Return the value of a roll-up for every organisation, by name."""
        bag, traversals, given = ParameterBag(), Traversals(), loaded(text)
        descend = given.pop("includeDescendants", False)
        catalogue = await load_catalogue(self.graph)
        value = aggregate(RollUp.from_json(given), "x", "organisation", catalogue, bag, traversals, descend)
        found = f"MATCH (x:Organisation) WHERE x.uncounted IS NULL {' '.join(traversals.calls)}"
        statement = f"{found} RETURN x.name AS name, {value} AS value"
        return await self.rows(statement, bag.values)

    async def do_store(self, text: str) -> None:
        name, _, definition = text.partition(" ")
        given = loaded(definition)
        descend, entity = given.pop("includeDescendants", False), given.pop("entity", "organisation")
        roll_up = StoredRollUp(name, RollUp.from_json(given), entity, include_descendants=descend)
        await define_roll_up(self.graph, self.clock, roll_up)

    async def do_evaluate(self, text: str) -> None:
        """Evaluate due and stale organisations, as the service does."""
        evaluator = Evaluator(self.graph, self.clock)
        await evaluator.evaluate_due()
        await evaluator.evaluate_stale()

    async def do_merge_by_hand(self, text: str) -> None:
        entity, into, source = text.split()
        await self.writer.merge(entity, await self.id(entity, into), await self.id(entity, source))  # type: ignore[arg-type]

    async def do_unmerge_by_hand(self, text: str) -> None:
        entity, into, source = text.split()
        into = await self.id(entity, into)
        [[merged]] = await self.rows(
            f"MATCH (x:{LABELS[entity]})-[:MERGED_INTO]->(y {{id: $id}}) WHERE x.name = $name RETURN x.id AS id",
            {"id": into, "name": source},
        )
        await self.writer.unmerge(entity, into, merged)  # type: ignore[arg-type]

    async def do_erase(self, text: str) -> None:
        await self.writer.erase_person(await self.id("person", text))

    async def do_remove(self, text: str) -> None:
        await self.writer.delete_organisation(await self.id("organisation", text))

    async def do_prefer(self, text: str) -> None:
        entity, attribute, *sources = text.replace(",", " ").split()
        await self.writer.set_precedence(entity, attribute, sources)

    async def do_break(self, text: str) -> None:
        """Store a value that no writer stores, without the writer."""

        async def work(transaction: Transaction) -> None:
            await transaction.execute(text, {})

        await self.graph.write(work)
        self.writer.cache.clear()

    async def do_replay(self, text: str) -> None:
        rejected = await self.rows("MATCH (r:Rejected) RETURN r.id AS id", {})
        await self.writer.replay([one for [one] in rejected])

    async def do_mistake(self, text: str) -> list[Any]:
        """Return the error code of a refused line."""
        verb, _, rest = text.partition(" ")
        try:
            await getattr(self, f"do_{verb}")(rest)
        except MembergraphError as mistake:
            return [mistake.code]
        return []


def ordered(found: list[Any]) -> list[Any]:
    return sorted(found, key=repr)


def orders(example: Example) -> Iterator[list[Action]]:
    """Yield the lines in many orders of the rows, each row in its own batch, if the example allows any order."""
    if not example.shuffled:
        yield example.actions
        return
    rows = [action for action in example.actions if action.verb in ROWS]
    rest = [action for action in example.actions if action.verb not in ROWS]
    every = list(itertools.permutations(rows))
    for order in every if LONG else random.Random(example.line).sample(every, min(len(every), 4)):
        yield [one for action in order for one in (action, Action("now", NOON.isoformat()))] + rest


async def run(graph: Graph, actions: list[Action]) -> None:
    """Run lines against an empty graph."""
    clock = FixedClock(NOON)
    writer = await open_writer(graph, clock)
    try:
        run = Run(graph, writer, clock)
        for action in actions:
            await run.take(action)
        if run.waiting:
            await run.submit()
    finally:
        await writer.close()
