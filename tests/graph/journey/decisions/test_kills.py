"""The evaluator killed between any two of its writes, before and after every commit: evaluated again, the graph is as if it never was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from graph.engine import Graph, Transaction
from graph.evaluation import Evaluator
from tests.graph.journey.overdue import portrait_of_stages, prepare_overdue

T = TypeVar("T")


class Killed(Exception):
    pass


class Dying:
    """A graph for a process that dies after so many commits and then so many statements, or right after the next commit."""

    def __init__(self, graph: Graph, commits: int, statements: int) -> None:
        self._graph, self.commits, self.statements, self.spent = graph, commits, statements, 0

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async def cut(transaction: Transaction) -> T:
            found = await work(_Cut(transaction, self))  # type: ignore[arg-type]
            self.spend()
            return found

        found = await self._graph.write(cut)
        self.commits -= 1
        if self.commits < 0:
            raise Killed
        return found

    async def query(self, text: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return await self._graph.query(text, parameters)

    def spend(self) -> None:
        """One more statement, or the commit."""
        if self.commits == 0:
            if self.spent == self.statements:
                raise Killed
            self.spent += 1


class _Cut:
    def __init__(self, transaction: Transaction, dying: Dying) -> None:
        self._transaction, self._dying = transaction, dying

    async def rows(self, text: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        self._dying.spend()
        return await self._transaction.rows(text, parameters)

    async def execute(self, text: str, parameters: Mapping[str, Any]) -> None:
        self._dying.spend()
        await self._transaction.execute(text, parameters)


async def test_a_kill_between_any_two_writes_changes_nothing_in_the_end(graph: Graph) -> None:
    clock = await prepare_overdue(graph)
    await Evaluator(graph, clock, batch=1).evaluate_stale()
    never = await portrait_of_stages(graph)

    clock = await prepare_overdue(graph)
    now = await portrait_of_stages(graph)
    commits = statements = kills = 0
    while True:
        dying = Dying(graph, commits, statements)
        try:
            await Evaluator(dying, clock, batch=1).evaluate_stale()  # type: ignore[arg-type]
        except Killed:
            before, now = now, await portrait_of_stages(graph)
            kills += 1
            if dying.commits == 0:  # within a transaction: it left nothing
                assert commits or now == before
                statements += 1
            else:  # a sweep begins anew: it is let go on for one commit more
                commits, statements = commits + 1 if now == before else 0, 0
        else:
            break
    assert kills >= 60
    assert [line for line in await portrait_of_stages(graph) if line not in never] == []
    assert len(now) == len(never)
    assert await Evaluator(graph, clock).evaluate_stale() == 0
