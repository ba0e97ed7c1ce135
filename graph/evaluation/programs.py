"""The program for the definitions as they are, compiled again only where they changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import queries
from graph.computed.removal import finish_removal
from graph.evaluation.definition_state import DefinitionState, read_definitions
from graph.evaluation.program import Program, compile_program
from graph.journey.decisions.journey_program import compile_journey_program
from graph.journey.definitions.stored import load_library

if TYPE_CHECKING:
    from graph.engine import Graph, Transaction

__all__ = ["Programs"]


class Programs:
    """Compiles the program of one graph, and keeps it while definitions stay the same."""

    def __init__(self, graph: Graph) -> None:
        """Begin with no program."""
        self._graph = graph
        self._compiled: tuple[DefinitionState, Program] | None = None

    async def current(self) -> Program:
        """Return the program for the definitions as they are. Removals that were interrupted are finished first."""
        definitions = await read_definitions(self._graph, self._compiled and self._compiled[0])
        for removed in definitions.removed:
            await finish_removal(self._graph, removed)
        if self._compiled is None or self._compiled[0] is not definitions:
            self._compiled = (definitions, await self._compile(definitions))
        return self._compiled[1]

    async def _compile(self, definitions: DefinitionState) -> Program:
        catalogue, calculated = definitions.catalogue, definitions.calculated
        journeys = compile_journey_program(await load_library(self._graph), catalogue, calculated)
        return compile_program(definitions.roll_ups, catalogue, definitions.version, journeys, calculated)

    async def settle(self, program: Program) -> None:
        """Mark new and changed definitions as evaluated for every node."""
        for statement, key, stale_since in program.unsettled:
            await self._graph.write(partial(_settle, statement, {"key": key, "stale_since": stale_since}))
            self._compiled = None


async def _settle(statement: str, parameters: Mapping[str, object], transaction: Transaction) -> None:
    await transaction.execute(queries.text(statement), parameters)
