"""`python -m benchmarks [facts|reads|rollups|journeys|effects|service]`: measure and print tables.

The exit status is 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from uvloop import new_event_loop

from benchmarks.figures import FigureTable, missed
from benchmarks.options import Options

NAMES = ("facts", "reads", "rollups", "journeys", "effects", "service")
DEFAULT_SCALE = {"facts": 500, "reads": 200, "rollups": 10_000, "journeys": 10_000, "effects": 10_000, "service": 50}
Benchmark = Callable[[str, Options], Awaitable[FigureTable]]


def main() -> int:
    """Run the chosen benchmarks and return the exit status."""
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # its hints about servers that are still starting are noise
    arguments = _parse()
    tables = []
    for name, kind in _runs(arguments):
        options = Options(arguments.scale or DEFAULT_SCALE[name], arguments.rounds, arguments.warm)
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            tables.append(runner.run(_measure(name, kind, options)))
        print(tables[-1].text(), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps([table.content() for table in tables], indent=1))
    for name in missed(tables):
        print(f"MISSED  {name}")
    return 1 if missed(tables) else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="benchmarks to run; default: all")
    parser.add_argument("--engine", choices=("embedded", "neo4j", "both"), default="both")
    parser.add_argument("--scale", type=int, help=f"organisations; default: {DEFAULT_SCALE}")
    parser.add_argument("--rounds", type=int, default=3, help="alternating rounds; figures are their medians")
    parser.add_argument("--warm", type=float, default=45.0, help="seconds of warming up before measuring")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    return parser.parse_args()


def _runs(arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yield each benchmark with each of its engines.

    Reads have peers on Neo4j only, and the service runs on its embedded engine.
    """
    engines = ("embedded", "neo4j") if arguments.engine == "both" else (arguments.engine,)
    only = {"reads": "neo4j", "service": "embedded"}
    for name in arguments.names or NAMES:
        for kind in engines:
            if only.get(name, kind) == kind:
                yield name, kind


async def _measure(name: str, kind: str, options: Options) -> FigureTable:
    from benchmarks import effects, facts, journeys, reads, rollups, service  # noqa: PLC0415 - the API takes a second to import

    benchmarks: dict[str, Benchmark] = {
        "facts": facts.run,
        "reads": reads.run,
        "rollups": rollups.run,
        "journeys": journeys.run,
        "effects": effects.run,
        "service": service.run,
    }
    print(f"{name} on {kind} …", file=sys.stderr, flush=True)
    return await benchmarks[name](kind, options)


if __name__ == "__main__":
    sys.exit(main())
