"""`membergraph signals`."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape

from membergraph.cli.options import AsJson, DataDir, Key, Through
from membergraph.cli.showing import note, out, table
from membergraph.cli.stage_reports import asked

HELP = """Say who is slow with what: organisations whose objective has been pending for longer than twice the average of at least ten.

\b
  membergraph signals
  membergraph signals --revenue mrr --first 100
  membergraph signals --json --to http://127.0.0.1:8080

The most revenue at risk comes first. Only live stages are looked at, as of now: nothing is stored, so nothing is stale.
"""
_SIGNALS = """query Signals($revenue: String, $first: Int) { signals(revenue: $revenue, first: $first) {
  organisations revenue ofUnknownRevenue
  signals { stage { key name } objective { key name } averageDays organisations revenue
    late { organisation { id name domain } daysPending daysBehind times revenue } }
} }"""


def signals(
    revenue: Annotated[
        str | None,
        typer.Option(
            metavar="ATTRIBUTE", help="The attribute of organisations that says what they pay.", show_default="arr"
        ),
    ] = None,
    first: Annotated[int, typer.Option(help="How many organisations to list under each signal, at most 200.")] = 20,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Shows signals."""
    found = asked(_SIGNALS, {"revenue": revenue, "first": first}, to=to, key=key, data_dir=data_dir)
    if as_json:
        out.print_json(json.dumps(found))
        return
    if not found["signals"]:
        note("Nobody is late with anything.")
        return
    unknown = f"; {found['ofUnknownRevenue']:,} pay nobody knows what" if found["ofUnknownRevenue"] else ""
    note(f"{found['organisations']:,} late, {found['revenue']:,.0f} at risk{unknown}")
    for each in found["signals"]:
        _show(each)


def _show(signal: Mapping[str, Any]) -> None:
    title = f"{escape(signal['stage']['name'])}: {escape(signal['objective']['name'])}"
    note(
        f"\n[bold]{title}[/], {signal['averageDays']:.1f} days on average; {signal['organisations']:,} late, "
        f"{signal['revenue']:,.0f} at risk"
    )
    columns = ("organisation", "domain", "days pending", "days behind", "times the average", "revenue")
    table(columns, map(_late, signal["late"]))


def _late(late: Mapping[str, Any]) -> tuple[Any, ...]:
    who = late["organisation"]
    return (
        who["name"] or who["id"],
        who["domain"],
        *(late[name] for name in ("daysPending", "daysBehind", "times", "revenue")),
    )
