"""The lines of examples in docs/journeys.md, beside those of docs/rules.md."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph.backtest import backtest
from graph.clock import epoch_ms, from_epoch_ms
from graph.journey.changes.pausing import pause_advice
from graph.journey.changes.stages import remove_objective, save_objective, save_stage, set_stage_status
from graph.journey.decisions.explaining import explain_objective, explain_stage
from graph.journey.decisions.manual_changes import complete_objective, put_in, take_out
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.journey.reports.reporting import signals
from graph.journey.reports.silence import Silence
from graph.journey.reports.silencing import acknowledge, snooze, wake
from graph.times import iso
from tests.docs.examples import Run, loaded

_STAYS = """
MATCH (o:Organisation)-[:STAYED]->(s:Stay)-[:IN_STAGE]->(g:Stage)
RETURN o.name AS organisation, g.key AS stage, s.enteredAt AS entered, s.exitedAt AS exited, s.outcome AS outcome
ORDER BY organisation, s.enteredAt, stage
"""
_ACHIEVED = """
MATCH (o:Organisation)-[:STAYED]->(s:Stay)-[a:ACHIEVED]->(x:Objective)
RETURN o.name AS organisation, x.key AS objective, a.at AS at, a.instant AS instant
ORDER BY organisation, a.at, objective
"""


class StageRun(Run):
    """An example that may also define stages, and read the stages of organisations."""

    confirmed = False

    async def do_stage(self, text: str) -> None:
        """Save a stage with its objectives. A live stage is changed."""
        given = loaded(text)
        objectives = given.pop("objectives", [])
        stage = Stage(
            key=given["key"],
            journey=given.get("journey", "customer"),
            name=given.get("name", given["key"].capitalize()),
            entry=given["entry"],
            exit=ExitRule(**given.get("exit", {"mode": "ONGOING"})),
            position=given.get("position", 0),
            reentry=Reentry(**given.get("reentry", {"mode": "NEVER"})),
        )
        await save_stage(self.graph, self.clock, stage, confirm=self.confirmed)
        for each in objectives:
            await self.do_objective(f"{stage.key} {each}")

    async def do_objective(self, text: str) -> None:
        stage, _, definition = text.partition(" ")
        given = loaded(definition)
        after = tuple(given.pop("after", ()))
        name = given.pop("name", given["key"].replace("_", " ").capitalize())
        objective = Objective(**given, name=name, after=after)
        await save_objective(self.graph, self.clock, stage, objective, confirm=self.confirmed)

    async def do_drop(self, text: str) -> None:
        stage, objective = text.split()
        await remove_objective(self.graph, self.clock, stage, objective, confirm=self.confirmed)

    async def do_backtest(self, text: str) -> list[Any]:
        stage, since, *entry = text.split(" ", 2)
        begin = epoch_ms(datetime.fromisoformat(since))
        found = await backtest(self.graph, self.clock, stage, since=begin, entry=entry[0] if entry else None)
        rows = await self.graph.query("MATCH (o:Organisation) RETURN o.id AS id, o.name AS name", {})
        names = {row["id"]: row["name"] for row in rows}
        shown = [(names[each.organisation], each.simulated_at, each.real_at) for each in found.organisations]
        return [[name, *(None if at is None else iso(at) for at in instants)] for name, *instants in shown]

    async def do_live(self, text: str) -> None:
        for stage in text.split():
            await set_stage_status(self.graph, self.clock, stage, "LIVE", confirm=self.confirmed)
        await self.do_evaluate("")

    async def do_confirm(self, text: str) -> None:
        """Do the rest of the line, confirmed."""
        verb, _, rest = text.partition(" ")
        self.confirmed = True
        await getattr(self, f"do_{verb}")(rest)
        self.confirmed = False

    async def do_pause(self, text: str) -> list[Any]:
        """Pause a stage, and return the warnings."""
        changed = await set_stage_status(self.graph, self.clock, text, "PAUSED")
        return [each.message for each in await pause_advice(self.graph, changed)]

    async def do_archive(self, text: str) -> None:
        await set_stage_status(self.graph, self.clock, text, "ARCHIVED")

    async def do_tick(self, text: str) -> None:
        organisation, objective, *at = text.split()
        id_ = await self.id("organisation", organisation)
        await complete_objective(self.graph, self.clock, id_, objective, datetime.fromisoformat(at[0]) if at else None)

    async def do_put_in(self, text: str) -> None:
        organisation, stage = text.split()
        await put_in(self.graph, self.clock, await self.id("organisation", organisation), stage)

    async def do_take_out(self, text: str) -> None:
        organisation, stage = text.split()
        await take_out(self.graph, self.clock, await self.id("organisation", organisation), stage)

    async def do_organisations(self, text: str) -> None:
        """Write organisations 1 to N, all with these attributes, as of now."""
        number, _, attributes = text.partition(" ")
        await self.submit()
        self.waiting = [
            {
                "type": "organisation",
                "identities": [{"kind": "organisation_id", "value": str(i)}],
                "name": str(i),
                "attributes": loaded(attributes),
                "observedAt": self.clock.now().isoformat(),
            }
            for i in range(1, int(number) + 1)
        ]
        await self.submit()

    async def do_signals(self, text: str) -> list[Any]:
        """Return late organisations: organisation, objective, and what silences it."""
        names = dict(await self.rows("MATCH (o:Organisation) RETURN o.id AS id, o.name AS name", {}))
        found = await signals(self.graph, self.clock)
        late = [(each.objective, one) for each in found.signals for one in (*each.late, *each.silenced)]
        return [[names[one.organisation], objective, _silence(one.silence)] for objective, one in late]

    async def do_acknowledge(self, text: str) -> None:
        organisation, objective = text.split()
        id_ = await self.id("organisation", organisation)
        await acknowledge(self.graph, self.clock, objective, id_)

    async def do_snooze(self, text: str) -> None:
        objective, until = text.split()
        await snooze(self.graph, self.clock, objective, datetime.fromisoformat(until))

    async def do_wake(self, text: str) -> None:
        await wake(self.graph, self.clock, text)

    async def do_stays(self, text: str) -> list[Any]:
        """Return every stay: organisation, stage, entry, exit, outcome."""
        return await self.rows(_STAYS, {})

    async def do_achieved(self, text: str) -> list[Any]:
        """Return every complete objective: organisation, objective, instant, and whether it was true at entry."""
        return await self.rows(_ACHIEVED, {})

    async def do_why(self, text: str) -> list[Any]:
        """Return the explanation of a stage, or of an objective, in words."""
        organisation, what = text.split()
        id_ = await self.id("organisation", organisation)
        if what.endswith("!"):
            found = await explain_objective(self.graph, self.clock, id_, what.removesuffix("!"))
        else:
            found = await explain_stage(self.graph, self.clock, id_, what)
        return found.text.splitlines()


def _silence(silence: Silence | None) -> str | None:
    return None if silence is None else f"{silence.kind} until {from_epoch_ms(silence.until):%Y-%m-%dT%H:%M:%SZ}"
