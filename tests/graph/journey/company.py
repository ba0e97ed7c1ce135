"""A company in a graph: facts through the writer, stages made live, evaluated at one clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from graph.clock import FixedClock, epoch_ms
from graph.engine import Graph
from graph.evaluation import Evaluator
from graph.journey.changes.stages import save_objective, save_stage, set_stage_status
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.definitions.exits import NO_EXIT
from graph.writer import Writer

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def day(number: float) -> int:
    """Epoch milliseconds of so many days after the start."""
    return epoch_ms(START + timedelta(days=number))


def stage(key: str = "onboarding", **fields: Any) -> Stage:
    """Return a stage that organisations with the plan `pro` enter and never leave, unless `fields` say otherwise."""
    return Stage(key, "customer", key.title(), **{"entry": "plan = 'pro'", "exit": NO_EXIT, **fields})


_STAYS = """
MATCH (o:Organisation)-[:STAYED]->(s:Stay)-[:IN_STAGE]->(g:Stage)
RETURN o.name AS organisation, g.key AS stage, s.n AS n, s.open AS open, s.enteredAt.epochMillis AS entered,
       s.exitedAt.epochMillis AS exited, s.outcome AS outcome, s.reason AS reason, s.backfilled AS backfilled,
       s.version AS version,
       COLLECT { MATCH (s)-[a:ACHIEVED]->(x:Objective) RETURN [x.key, a.at.epochMillis, a.person, a.event] } AS achieved
ORDER BY organisation, stage, n
"""


_OCCUPANTS = "MATCH (o:Organisation)-[:STAYED]->(s:Stay) WHERE s.open AND s.stage = $stage RETURN o.id AS id"


class Company:
    """A graph with a writer and an evaluator at one clock."""

    def __init__(self, graph: Graph, writer: Writer, clock: FixedClock) -> None:
        self.graph, self.writer, self.clock = graph, writer, clock
        self.evaluator = Evaluator(graph, clock)

    async def organisation(self, name: str, *, parent: str | None = None, **attributes: Any) -> str:
        row: dict[str, Any] = {
            "type": "organisation",
            "identities": [{"kind": "organisation_id", "value": name}],
            "name": name,
            "attributes": attributes,
            "observedAt": self.clock.now().isoformat(),
        }
        if parent is not None:
            row["parent"] = {"kind": "organisation_id", "value": parent}
        outcome = await self.writer.submit([row])
        assert not outcome.rejected
        return str(outcome.ids[0])

    async def organisations(self, number: int, plan: str) -> list[str]:
        """Return the ids of so many organisations with a plan, with 0, 1, 2 … seats."""
        return [await self.organisation(f"{plan}{i}", plan=plan, seats=i) for i in range(number)]

    async def event(self, organisation: str, name: str, at: datetime, person: str | None = None) -> None:
        row: dict[str, Any] = {
            "type": "event",
            "id": f"{organisation}{name}{at}",
            "name": name,
            "occurredAt": at.isoformat(),
            "organisation": {"identity": {"kind": "organisation_id", "value": organisation}},
        }
        if person is not None:
            row["person"] = {"identity": {"kind": "user_id", "value": person}}
        assert not (await self.writer.submit([row])).rejected

    async def live(self, stage: Stage, *objectives: Objective) -> None:
        await save_stage(self.graph, self.clock, stage)
        for each in objectives:
            await save_objective(self.graph, self.clock, stage.key, each)
        await set_stage_status(self.graph, self.clock, stage.key, "LIVE")
        await self.evaluator.evaluate_stale()

    async def after(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))
        await self.evaluator.evaluate_stale()

    async def stays(self, *fields: str) -> list[tuple[Any, ...]]:
        return [tuple(row[each] for each in fields) for row in await self.graph.query(_STAYS, {})]

    async def occupants(self, stage: str) -> set[str]:
        """Return the ids of the organisations in a stage."""
        rows = await self.graph.query(_OCCUPANTS, {"stage": stage})
        return {row["id"] for row in rows}
