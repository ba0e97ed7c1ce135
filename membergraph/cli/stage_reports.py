"""Reports on a stage: `membergraph stage preview`, `metrics`, `lint`, `troubleshoot` and `chart`."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.markup import escape

from graph.errors import UserMistake
from membergraph.api_client import open_client
from membergraph.cli.options import AsJson, DataDir, Key, StageKey, Through, settings_of
from membergraph.cli.output import FINDINGS, cell, note, out, spinner, table
from membergraph.workplace import run

__all__ = ["query", "query_stage", "register"]

Json = Mapping[str, Any]

_PREVIEW = """query Preview($stage: String!, $sample: Int) { stage(key: $stage) { name status preview(sample: $sample) {
  wouldEnter sample { id name domain } dataAvailability { name organisationsWithValue organisations lastObservedAt }
} } }"""
_METRICS = """query Metrics($stage: String!, $from: DateTime, $to: DateTime, $version: Int, $segment: Criteria) {
  stage(key: $stage) { name status metrics(from: $from, to: $to, version: $version, segment: $segment) {
    entered organisations completed exited occupants entryRate completionRate averageDays medianDays p90Days standing
    usualOrder { objectives { key name } n share }
    objectives {
      objective { key name } reached eligible instant completionRate averageHours medianHours standing lift byDefinition
      completion { with withRate without withoutRate lift low high } churn { with withRate without withoutRate lift low high }
    }
    findings { code severity message objective { key } organisations sample { id name } }
  } }
}"""
_LINT = "query Lint($stage: String!) { advice(stage: $stage) { code message field } }"
_TROUBLESHOOT = "query Why($stage: String!) { troubleshoot(stage: $stage) { complaint what found fine mend } }"
_CHART = "query Chart($stage: String!, $kind: ChartKind!) { stageChart(stage: $stage, kind: $kind) }"
_STANDING = {
    "TOO_SMALL": "too few to judge anybody by",
    "EARLY": "a first impression",
    "USABLE": "usable",
    "SOLID": "solid",
}
_COMPLAINTS = {
    "NOBODY_ENTERS": "Nobody enters?",
    "NOTHING_COMPLETES": "Nothing completes?",
    "TOO_MANY_STUCK": "Too many are stuck?",
}


def register(app: typer.Typer) -> None:
    """Add the commands to those of `membergraph stage`."""
    app.command("preview", help=PREVIEW)(preview)
    app.command("metrics", help=METRICS)(metrics)
    app.command("lint", help=LINT)(lint)
    app.command("troubleshoot", help=TROUBLESHOOT)(troubleshoot)
    app.command("chart", help=CHART)(chart)


def query(document: str, given: Json, *, to: str | None, key: str | None, data_dir: Path | None) -> Any:
    """Execute a document with one field and return its value. Raises a MembergraphError."""

    async def work() -> Any:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            (found,) = (await client.ask(document, given)).values()
            return found

    with spinner("Working it out"):
        return run(work())


def query_stage(document: str, given: Json, *, to: str | None, key: str | None, data_dir: Path | None) -> Any:
    """Execute a document about a stage and return its fields. Raises UserMistake if there is no such stage."""
    found = query(document, given, to=to, key=key, data_dir=data_dir)
    if found is None:
        raise UserMistake("NOT_FOUND", f"There is no stage {given['stage']!r}.", "stage", hint="membergraph stage list")
    return found


PREVIEW = """Say who would enter a stage if it went live now, and whether the data that it reads is there. Changes nothing.

\b
  membergraph stage preview onboarding
  membergraph stage preview onboarding --sample 50 --json
"""


def preview(
    stage: StageKey,
    sample: Annotated[int, typer.Option(help="How many of them to show, at most 200.")] = 5,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Preview a stage."""
    found = query_stage(_PREVIEW, {"stage": stage, "sample": sample}, to=to, key=key, data_dir=data_dir)
    shown = found["preview"]
    if as_json:
        out.print_json(json.dumps(shown))
        return
    note(f"[bold]{escape(found['name'])}[/] is {found['status']}. Would enter now: {shown['wouldEnter']:,}")
    if shown["sample"]:
        table(
            ("for instance", "domain", "id"), [(each["name"], each["domain"], each["id"]) for each in shown["sample"]]
        )
    if shown["dataAvailability"]:
        columns = ("reads", "organisations with a value", "of", "last touched")
        table(columns, [tuple(each.values()) for each in shown["dataAvailability"]])


METRICS = """Say how a stage and its objectives fare: how many, how often, how long, and what to look at.

\b
  membergraph stage metrics onboarding
  membergraph stage metrics onboarding --from 2026-01-01T00:00:00Z --until 2026-04-01T00:00:00Z
  membergraph stage metrics onboarding --segment "arr >= 10000"

A period counts the stays that began, and those that ended, within it. Under ten completions nobody is judged by an average.
"""


def metrics(
    stage: StageKey,
    from_: Annotated[str | None, typer.Option("--from", metavar="INSTANT", help="From this instant.")] = None,
    until: Annotated[str | None, typer.Option(metavar="INSTANT", help="Up to this instant.")] = None,
    version: Annotated[int | None, typer.Option(help="Only stays under this version of the stage.")] = None,
    segment: Annotated[str | None, typer.Option(metavar="CRITERIA", help="Only organisations that match.")] = None,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Measure a stage."""
    given = {"stage": stage, "from": from_, "to": until, "version": version, "segment": segment}
    found = query_stage(_METRICS, given, to=to, key=key, data_dir=data_dir)
    if as_json:
        out.print_json(json.dumps(found["metrics"]))
        return
    for line in _summary(found["name"], found["metrics"]):
        note(line)
    if found["metrics"]["objectives"]:
        columns = (
            "objective",
            "reached",
            "of",
            "rate",
            "at entry",
            "average",
            "median",
            "stage completed with it",
            "without",
        )
        table(columns, map(_objective, found["metrics"]["objectives"]))
    for each in found["metrics"]["findings"]:
        note(_finding(each))


def _summary(name: str, found: Json) -> Iterable[str]:
    yield (
        f"[bold]{escape(name)}[/]: {found['entered']:,} entered ({_rate(found['entryRate'])} of those that could), "
        f"{found['completed']:,} completed, {found['exited']:,} left without, {found['occupants']:,} inside"
    )
    if found["averageDays"] is not None:
        yield (
            f"Completed: {_rate(found['completionRate'])} of those that ended, after {cell(found['averageDays'])} days on average, "
            f"half within {cell(found['medianDays'])}, nine in ten within {cell(found['p90Days'])} ({_STANDING[found['standing']]})"
        )
    if (usual := found["usualOrder"]) is not None:
        order = " → ".join(escape(each["name"]) for each in usual["objectives"])
        yield f"Usual order: {order} ({usual['n']:,} stays, {_rate(usual['share'])})"


def _objective(one: Json) -> tuple[Any, ...]:
    compared = one["completion"]
    return (
        one["objective"]["name"],
        one["reached"],
        one["eligible"],
        _rate(one["completionRate"]),
        one["instant"],
        _hours(one["averageHours"]),
        _hours(one["medianHours"]),
        f"{_rate(compared['withRate'])} of {compared['with']}",
        f"{_rate(compared['withoutRate'])} of {compared['without']}",
    )


def _finding(one: Json) -> str:
    colour = "yellow" if one["severity"] == "WARNING" else "cyan"
    names = [each["name"] or each["id"] for each in one["sample"][:3]]
    more = (one["organisations"] or 0) - len(names)
    who = f" [dim]{escape(', '.join(names))}{f' and {more:,} more' if more else ''}[/]" if names else ""
    return f"[bold {colour}]{one['severity'].capitalize()}:[/] {escape(one['message'])}{who}"


def _rate(share: float | None) -> str:
    return "none" if share is None else f"{share:.0%}"


def _hours(hours: float | None) -> str:
    if hours is None:
        return ""
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


LINT = """Say what a careful colleague would say of a stage: what makes sense and yet will not do what is meant.

\b
  membergraph stage lint adoption

None of it stops anything; with advice the exit code is 3.
"""


def lint(
    stage: StageKey, as_json: AsJson = False, to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Lint a stage."""
    found = query(_LINT, {"stage": stage}, to=to, key=key, data_dir=data_dir)
    if as_json:
        out.print_json(json.dumps(found))
    elif not found:
        note(f"Nothing to say of {escape(stage)}.")
    for each in [] if as_json else found:
        note(f"[bold yellow]{'.'.join(each['field'])}:[/] {escape(each['message'])} [dim]{each['code']}[/]")
    if found:
        raise typer.Exit(FINDINGS)


TROUBLESHOOT = """Say why nobody enters a stage, nothing completes in it, or too many are stuck: what was looked at, and what would help.

\b
  membergraph stage troubleshoot onboarding

With something to mend the exit code is 3.
"""


def troubleshoot(
    stage: StageKey, as_json: AsJson = False, to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Troubleshoot a stage."""
    found = query(_TROUBLESHOOT, {"stage": stage}, to=to, key=key, data_dir=data_dir)
    if as_json:
        out.print_json(json.dumps(found))
    for complaint, title in [] if as_json else _COMPLAINTS.items():
        checks = [each for each in found if each["complaint"] == complaint]
        for line in [f"[bold]{title}[/]", *map(_check, checks)] if checks else []:
            note(line)
    if not all(each["fine"] for each in found):
        raise typer.Exit(FINDINGS)


def _check(one: Json) -> str:
    mark = "[green]✓[/]" if one["fine"] else "[bold yellow]![/]"
    mend = f" [yellow]→ {escape(one['mend'])}[/]" if one["mend"] else ""
    return f"  {mark} {escape(one['what'])} {escape(one['found'])}{mend}"


CHART = """Draw a stage as SVG: its funnel, or how completion of its objectives grows over days.

\b
  membergraph stage chart onboarding --output onboarding.svg
  membergraph stage chart onboarding --kind completion > completion.svg
"""


def chart(
    stage: StageKey,
    kind: Annotated[Literal["funnel", "completion"], typer.Option(help="What to draw.")] = "funnel",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.svg", help="Where to; else it is printed.")
    ] = None,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Draw a stage."""
    drawn = query(_CHART, {"stage": stage, "kind": kind.upper()}, to=to, key=key, data_dir=data_dir)
    if output is None:
        typer.echo(drawn)
        return
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise UserMistake("NOT_WRITTEN", f"{output} can't be written: {error.strerror}.", "output") from error
    note(f"Drawn: {escape(str(output))}")
