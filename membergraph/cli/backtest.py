"""`membergraph stage backtest`: compares predicted with real entries of a stage over a past period."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape

from membergraph.cli.instants import at_midnight
from membergraph.cli.options import AsJson, DataDir, Key, StageKey, Through
from membergraph.cli.output import note, out, table
from membergraph.cli.stage_reports import query_stage

__all__ = ["HELP", "backtest"]

Json = Mapping[str, Any]

_BACKTEST = """query BackTest($stage: String!, $from: DateTime, $to: DateTime, $entry: Criteria, $first: Int) { stage(key: $stage) {
  name backtest(from: $from, to: $to, entry: $entry, first: $first) {
    from to wouldEnter entered both completeSince reads { name completeSince }
    organisations { organisation { id name domain } wouldEnterAt enteredAt atOnce }
  }
} }"""
HELP = """Say who would have entered a stage over a past period, and who really did. Changes nothing.

\b
  membergraph stage backtest onboarding
  membergraph stage backtest onboarding --from 2026-01-01 --until 2026-04-01
  membergraph stage backtest onboarding --entry "plan = 'pro' and did 'Project Created' within last 14 days"

Facts count from the instants that they are about. Lines below the table say since when the history of each attribute is complete.
The period is the last 90 days by default.
"""


def backtest(
    stage: StageKey,
    from_: Annotated[str | None, typer.Option("--from", metavar="INSTANT", help="From this instant.")] = None,
    until: Annotated[str | None, typer.Option(metavar="INSTANT", help="Up to this instant.")] = None,
    entry: Annotated[
        str | None, typer.Option(metavar="CRITERION", help="Another entry criterion than the stage's own.")
    ] = None,
    first: Annotated[int, typer.Option(help="How many organisations to show, at most 200.")] = 50,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Back-test a stage."""
    begin, end = (None if each is None else at_midnight(each) for each in (from_, until))
    given = {"stage": stage, "from": begin, "to": end, "entry": entry, "first": first}
    found = query_stage(_BACKTEST, given, to=to, key=key, data_dir=data_dir)
    tested = found["backtest"]
    if as_json:
        out.print_json(json.dumps(tested))
        return
    note(
        f"[bold]{escape(found['name'])}[/], {tested['from']} to {tested['to']}: {tested['wouldEnter']:,} would have entered, "
        f"{tested['entered']:,} did; {tested['both']:,} both"
    )
    if tested["organisations"]:
        table(("organisation", "id", "would have entered", "did", ""), map(_row, tested["organisations"]))
    for each in tested["reads"]:
        since = each["completeSince"]
        note(f"{escape(each['name'])}: " + (f"complete since {since}" if since else "no source ever gave it a value"))


def _row(one: Json) -> tuple[Any, ...]:
    who = one["organisation"]
    remark = "matched already when the period began" if one["atOnce"] else None
    return (who["name"] or who["domain"], who["id"], one["wouldEnterAt"], one["enteredAt"], remark)
