"""`membergraph sources`: where rows come from, how far each stream was read, and the last runs."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape

from graph.errors import UserMistake
from membergraph.cli.options import AsJson, DataDir, Key, Through
from membergraph.cli.output import note, out, table
from membergraph.cli.stage_reports import query

HELP = """Show the sources that rows were loaded from: their last run, its counts, and how far each stream was read.

\b
  membergraph sources                                       every source
  membergraph sources crm                                   its streams and its last runs
  membergraph sources crm --runs 100 --json
  membergraph sources --to http://127.0.0.1:8080            while the service runs
"""
_SOURCES = """query Sources($name: String, $runs: Int) { sources(name: $name, runs: $runs) { name kind
  streams { name cursor movedAt }
  runs { id kind state startedAt endedAt error streams { name read total created updated unchanged refused error } } } }"""
_RUNS = 10
_LONGEST_CURSOR = 60

Source = Mapping[str, Any]
COUNTS = ("read", "created", "updated", "unchanged", "refused")


def sources(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One source.")] = None,
    runs: Annotated[int | None, typer.Option(help="How many runs of each, at most 100.", show_default="10")] = None,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Show sources."""
    default = 1 if name is None and not as_json else _RUNS  # the table of all sources shows one run of each
    given = {"name": name, "runs": default if runs is None else runs}
    found = query(_SOURCES, given, to=to, key=key, data_dir=data_dir)
    if name is not None and not found:
        raise UserMistake("NOT_FOUND", f"Nothing was ever loaded from {name!r}.", "name", hint="membergraph sources")
    if as_json:
        out.print_json(json.dumps(found))
    elif name is not None:
        _show(found[0])
    elif found:
        columns = ("source", "kind", "last run", "state", *COUNTS, "cursor", "error")
        table(columns, [_summary(each) for each in found])
    else:
        note("Nothing was loaded yet: membergraph load FILE")


def _summary(source: Source) -> tuple[Any, ...]:
    run = next(iter(source["runs"]), None)
    streams = source["streams"]
    cursor = _cursor(streams[0]) if len(streams) == 1 else f"{len(streams)} streams" if streams else None
    if run is None:
        return (source["name"], source["kind"], None, None, *(None for _ in COUNTS), cursor, None)
    return (source["name"], source["kind"], *_state(run), *_totals(run), cursor, _error(run))


def _state(run: Source) -> tuple[str, str]:
    return run["startedAt"], run["state"].lower()


def _totals(run: Source) -> tuple[int, ...]:
    return tuple(sum(stream[count] for stream in run["streams"]) for count in COUNTS)


def _error(run: Source) -> str | None:
    errors = [f"{stream['name']}: {stream['error']}" for stream in run["streams"] if stream["error"]]
    return "; ".join(errors) or run["error"]


def _cursor(stream: Source) -> str | None:
    """Return a cursor on one line. A file that was loaded to its end has nothing to go on from."""
    cursor = stream["cursor"]
    if cursor is None:
        return None
    if isinstance(cursor, dict) and cursor.keys() == {"fingerprint", "entries", "done"}:
        return "complete" if cursor["done"] else f"after {cursor['entries']:,} rows"
    text = json.dumps(cursor, ensure_ascii=False)
    return text if len(text) <= _LONGEST_CURSOR else f"{text[:_LONGEST_CURSOR]}…"


def _show(source: Source) -> None:
    note(f"[bold]{escape(source['name'])}[/]{': ' + escape(source['kind']) if source['kind'] else ''}")
    if source["streams"]:
        table(
            ("stream", "cursor", "moved"),
            [(each["name"], _cursor(each), each["movedAt"]) for each in source["streams"]],
        )
    if source["runs"]:
        columns = ("run", "ended", "state", *COUNTS, "error")
        table(
            columns,
            [
                (run["startedAt"], run["endedAt"], run["state"].lower(), *_totals(run), _error(run))
                for run in source["runs"]
            ],
        )
        note("\nStreams of the last run:")
        rows = [
            (each["name"], _read(each), *(each[count] for count in COUNTS[1:]), each["error"])
            for each in source["runs"][0]["streams"]
        ]
        table(("stream", *COUNTS, "error"), rows)


def _read(stream: Source) -> str:
    return f"{stream['read']:,}" if stream["total"] is None else f"{stream['read']:,} of {stream['total']:,}"
