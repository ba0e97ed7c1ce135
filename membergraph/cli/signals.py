"""`membergraph signals`: late organisations by objective, and their acknowledgements and snoozes."""

import getpass
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from membergraph.api_client import mutate, open_client
from membergraph.cli.options import AsJson, DataDir, Key, Through, settings_of
from membergraph.cli.organisations import organisation_id
from membergraph.cli.output import note, out, table
from membergraph.cli.stage_reports import query
from membergraph.workplace import run

HELP = """Say who is slow with what: organisations whose objective has been pending for longer than twice the average of at least ten.

\b
  membergraph signals
  membergraph signals --revenue mrr --first 100
  membergraph signals --silenced                                        those acknowledged or snoozed, too
  membergraph signals --json --to http://127.0.0.1:8080
  membergraph signals acknowledge first_project acme.test --note "Ann calls them on Monday"
  membergraph signals snooze first_project --until 2026-04-01T09:00:00Z
  membergraph signals wake first_project acme.test                      ends both

The most revenue at risk comes first. Signals are computed now, from live stages only. Acknowledgements and snoozes are stored. An
acknowledgement lasts until the organisation has been pending for twice as long. A snooze lasts until its instant. Both end with the stay or
the objective. Without an organisation, `acknowledge` concerns all organisations late now, and `snooze` all that are late until then.
"""
app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich")

_SIGNALS = """query Signals($revenue: String, $first: Int, $silenced: Boolean!) { signals(revenue: $revenue, first: $first, silenced: $silenced) {
  organisations revenue ofUnknownRevenue silenced
  signals { stage { key name } objective { key name } averageDays organisations revenue silenced
    late { organisation { id name domain } daysPending daysBehind times revenue silence { kind at until by note } } }
} }"""
_SILENCED = "{ objective { name } organisations until userErrors { code message field } }"
_ACKNOWLEDGE = (
    "mutation Acknowledge($objective: String!, $organisation: ID, $by: String, $note: String) { acknowledgeSignal("
    f"objective: $objective, organisation: $organisation, by: $by, note: $note) {_SILENCED} }}"
)
_SNOOZE = (
    "mutation Snooze($objective: String!, $organisation: ID, $until: DateTime!, $by: String, $note: String) { snoozeSignal("
    f"objective: $objective, organisation: $organisation, until: $until, by: $by, note: $note) {_SILENCED} }}"
)
_WAKE = (
    "mutation Wake($objective: String!, $organisation: ID) "
    f"{{ wakeSignal(objective: $objective, organisation: $organisation) {_SILENCED} }}"
)

Objective = Annotated[str, typer.Argument(metavar="OBJECTIVE", help="The objective's key.")]
MaybeOrganisation = Annotated[
    str | None, typer.Argument(metavar="[ORGANISATION]", help="Its id or its domain; the whole signal without one.")
]
By = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who says so.", show_default="your login, or the key's name")
]
Why = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why.")]


@app.callback(help=HELP)
def signals(
    context: typer.Context,
    revenue: Annotated[
        str | None,
        typer.Option(
            metavar="ATTRIBUTE", help="The attribute of organisations that says what they pay.", show_default="arr"
        ),
    ] = None,
    first: Annotated[int, typer.Option(help="How many organisations to list under each signal, at most 200.")] = 20,
    silenced: Annotated[bool, typer.Option("--silenced", help="List those acknowledged or snoozed, too.")] = False,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Show signals."""
    if context.invoked_subcommand is not None:
        return
    given = {"revenue": revenue, "first": first, "silenced": silenced}
    found = query(_SIGNALS, given, to=to, key=key, data_dir=data_dir)
    if as_json:
        out.print_json(json.dumps(found))
        return
    if not found["organisations"]:
        note(
            "Nobody is late with anything that asks for attention."
            if found["silenced"]
            else "Nobody is late with anything."
        )
    else:
        unknown = f"; {found['ofUnknownRevenue']:,} pay nobody knows what" if found["ofUnknownRevenue"] else ""
        note(f"{found['organisations']:,} late, {found['revenue']:,.0f} at risk{unknown}")
    for each in found["signals"]:
        _show(each)
    if found["silenced"] and not silenced:
        note(f"\n{found['silenced']:,} acknowledged or snoozed: membergraph signals --silenced")


def _show(signal: Mapping[str, Any]) -> None:
    title = f"{escape(signal['stage']['name'])}: {escape(signal['objective']['name'])}"
    silenced = f", {signal['silenced']:,} silenced" if signal["silenced"] else ""
    note(
        f"\n[bold]{title}[/] ({signal['objective']['key']}), {signal['averageDays']:.1f} days on average; "
        f"{signal['organisations']:,} late{silenced}, {signal['revenue']:,.0f} at risk"
    )
    columns = ["organisation", "domain", "days pending", "days behind", "times the average", "revenue"]
    rows = [_late(each) for each in signal["late"]]
    if any(each["silence"] for each in signal["late"]):
        columns.append("silenced")
        rows = [(*row, _silence(each["silence"])) for row, each in zip(rows, signal["late"], strict=True)]
    table(columns, rows)


def _late(late: Mapping[str, Any]) -> tuple[Any, ...]:
    who = late["organisation"]
    return (
        who["name"] or who["id"],
        who["domain"],
        *(late[name] for name in ("daysPending", "daysBehind", "times", "revenue")),
    )


def _silence(silence: Mapping[str, Any] | None) -> str | None:
    if silence is None:
        return None
    by = f" by {silence['by']}" if silence["by"] else ""
    why = f": {silence['note']}" if silence["note"] else ""
    return f"{silence['kind'].lower()}{by} until {silence['until']}{why}"


@app.command("acknowledge", help="Silence who is late until it has been pending for twice as long as now.")
def acknowledge_(
    objective: Objective,
    organisation: MaybeOrganisation = None,
    by: By = None,
    why: Why = None,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Acknowledge a signal."""
    fields = {"by": by or _login(key), "note": why}
    found = _silence_signal(_ACKNOWLEDGE, objective, organisation, fields, to=to, key=key, data_dir=data_dir)
    first = ", the first of them" if found["organisations"] > 1 else ""
    name = escape(found["objective"]["name"])
    note(f"{name}: {found['organisations']:,} acknowledged{first} until {found['until']}, or what ends it sooner.")


@app.command("snooze", help="Silence who is late until an instant; of a whole signal also who comes to be late.")
def snooze_(
    objective: Objective,
    until: Annotated[str, typer.Option(metavar="INSTANT", help="Until when, such as 2026-04-01T09:00:00Z.")],
    organisation: MaybeOrganisation = None,
    by: By = None,
    why: Why = None,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Snooze a signal."""
    fields = {"until": until, "by": by or _login(key), "note": why}
    found = _silence_signal(_SNOOZE, objective, organisation, fields, to=to, key=key, data_dir=data_dir)
    note(f"{escape(found['objective']['name'])}: {found['organisations']:,} snoozed until {found['until']}.")


@app.command("wake", help="Take back what was acknowledged or snoozed; without an organisation all of the signal.")
def wake_(
    objective: Objective,
    organisation: MaybeOrganisation = None,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Wake a signal."""
    found = _silence_signal(_WAKE, objective, organisation, {}, to=to, key=key, data_dir=data_dir)
    note(f"{escape(found['objective']['name'])}: who is late asks for attention again.")


def _silence_signal(
    document: str,
    objective: str,
    organisation: str | None,
    fields: Mapping[str, Any],
    *,
    to: str | None,
    key: str | None,
    data_dir: Path | None,
) -> dict[str, Any]:
    async def work() -> dict[str, Any]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            id = None if organisation is None else await organisation_id(client, organisation)
            return await mutate(client, document, {"objective": objective, "organisation": id, **fields})

    return run(work())


def _login(key: str | None) -> str | None:
    """Return the login name of the user; None with a key, because the service then uses the key's name."""
    if key is not None:
        return None
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # containers have accounts without a name
        return None
