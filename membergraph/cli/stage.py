"""`membergraph stage`: defines stages, changes their status, and moves organisations by hand."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from graph.errors import UserMistake
from membergraph.api_client import ApiClient, mutate, open_client
from membergraph.cli import backtest, objective, stage_reports, template
from membergraph.cli.options import AsJson, Confirm, DataDir, Key, Organisation, StageKey, Through, settings_of
from membergraph.cli.organisations import organisation_id
from membergraph.cli.output import note, out, table
from membergraph.cli.stages import CHANGE, apply_change, show, summary
from membergraph.stage_file import StageFile, read_stage_file
from membergraph.workplace import run

HELP = """Stages of journeys: who enters, when they leave, what they should reach there.

\b
  membergraph stage template onboarding > onboarding.toml      one of four to begin with
  membergraph stage save onboarding.toml             a new stage is a draft; docs/cli.md shows such a file
  membergraph stage preview onboarding               who would enter now; lint says what it would not do as meant
  membergraph stage live onboarding                  from now on it moves organisations; who matches is taken in
  membergraph stage backtest onboarding              who would have entered over the last 90 days, and who did
  membergraph stage list                             every stage, and how many are in it
  membergraph stage show onboarding
  membergraph stage metrics onboarding               how it fares; chart draws it, troubleshoot says why it does not
  membergraph stage objective save onboarding first_project --criteria "did 'Project Created'"
  membergraph stage pause onboarding                 it moves nobody until: membergraph stage resume onboarding
  membergraph stage archive onboarding               ends it for good; its history is kept
  membergraph stage put-in acme.test onboarding      by hand, whatever its criteria say; take-out likewise
  membergraph stage complete acme.test kick_off      tick an objective

An ORGANISATION is an id or a domain. While the service runs, add --to http://127.0.0.1:8080 to any of these.
Why an organisation is in a stage or not: membergraph explain acme.test onboarding
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
app.add_typer(objective.app, name="objective", help=objective.HELP)
stage_reports.register(app)
app.command("backtest", help=backtest.HELP)(backtest.backtest)
app.command("template", help=template.HELP)(template.template)

_ERRORS = "userErrors { code message field }"
_SAVE = (
    "mutation Save($stage: StageInput!, $confirm: Boolean!) "
    f"{{ saveStage(stage: $stage, confirm: $confirm) {{ {CHANGE} warnings {{ code message }} {_ERRORS} }} }}"
)
_STATUS = "query Is($stage: String!) { stage(key: $stage) { status } }"
_OCCUPANTS = "query In($stage: String!) { stage(key: $stage) { occupants { totalCount } } }"
_SET_STATUS = (
    "mutation Set($stage: String!, $status: StageStatus!, $confirm: Boolean!) "
    f"{{ setStageStatus(stage: $stage, status: $status, confirm: $confirm) "
    f"{{ {CHANGE} warnings {{ code message }} {_ERRORS} }} }}"
)
_LIST = "{ journeys { name exclusive stages { key name position status version exit { mode days } objectives { key } occupants { totalCount } } } }"
_STAY = f"{{ stay {{ enteredAt exitedAt outcome stage {{ name }} }} {_ERRORS} }}"
_BY_HAND = "mutation ByHand($organisation: ID!, $stage: String!)"
_PUT_IN = f"{_BY_HAND} {{ putInStage(organisation: $organisation, stage: $stage) {_STAY} }}"
_TAKE_OUT = f"{_BY_HAND} {{ takeOutOfStage(organisation: $organisation, stage: $stage) {_STAY} }}"


@app.command("list", help="Show every stage, its status, and how many organisations are in it.")
def list_(as_json: AsJson = False, to: Through = None, key: Key = None, data_dir: DataDir = None) -> None:
    """List stages."""

    async def work() -> list[dict[str, Any]]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            found: list[dict[str, Any]] = (await client.ask(_LIST, {}))["journeys"]
            return found

    journeys = run(work())
    if as_json:
        out.print_json(json.dumps(journeys))
    elif any(journey["stages"] for journey in journeys):
        table(
            ("journey", "place", "stage", "name", "status", "version", "leaves", "objectives", "in it now"),
            [summary(journey, stage) for journey in journeys for stage in journey["stages"]],
        )
    else:
        note("There is no stage. Save one: membergraph stage save --help")


@app.command("show", help="Show a stage: its rules, its objectives, how many are in it.")
def show_(
    stage: StageKey, as_json: AsJson = False, to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Show a stage."""

    async def work() -> None:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            await show(client, stage, as_json=as_json)

    run(work())


_SAVE_HELP = """Save a stage and its objectives from a TOML file: new as a draft, or changed.

\b
  key = "onboarding"
  name = "Onboarding"
  entry = "any member (role = 'admin')"
  exit = { mode = "all_objectives_or_after_days", days = 30 }
  [[objective]]
  key = "first_project"
  name = "First project"
  criteria = "did 'Project Created'"

What else a stage has, and the file leaves out, stays as it is. A change of a live stage is a new version: open stays keep theirs. One by
which more than a fifth of the occupants would leave at once, or could never leave, or by which so many would enter, is shown and not made
without --confirm.
"""


@app.command("save", help=_SAVE_HELP)
def save_(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The stage and its objectives.")],
    confirm: Confirm = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Save a stage."""
    file_content = read_stage_file(file)

    async def work() -> None:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            await _save(client, file_content, confirm=confirm)
            await show(client, file_content.stage["key"])

    run(work())


async def _save(client: ApiClient, file_content: StageFile, *, confirm: bool) -> None:
    await apply_change(client, _SAVE, {"stage": file_content.stage, "confirm": confirm}, file_content.stage["key"])
    for each in file_content.objectives:
        given = {"stage": file_content.stage["key"], "objective": each, "confirm": confirm}
        await apply_change(client, objective.SAVE, given, each["key"])


def _status(
    stage: str,
    status: str,
    consequence: str,
    *,
    to: str | None,
    key: str | None,
    data_dir: Path | None,
    confirm: bool = False,
    paused: bool = False,
) -> None:
    async def work() -> str:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            if paused:
                await _check_paused(client, stage)
            await apply_change(client, _SET_STATUS, {"stage": stage, "status": status, "confirm": confirm}, stage)
            if to is not None:
                return "the service follows in a moment"
            found = await client.ask(_OCCUPANTS, {"stage": stage})
            return f"in it now: {found['stage']['occupants']['totalCount']:,}"

    follows = run(work())
    note(f"{stage} is {status}: {consequence}; {follows}.")


async def _check_paused(client: ApiClient, stage: str) -> None:
    """Raise UserMistake if a stage cannot be resumed."""
    known = (await client.ask(_STATUS, {"stage": stage}))["stage"]
    if known is not None and known["status"] != "PAUSED":
        hint = f"membergraph stage live {stage}" if known["status"] == "DRAFT" else None
        raise UserMistake(
            "INVALID_STATUS",
            f"stage {stage!r} is {known['status']}; only a paused one is resumed.",
            "stage",
            hint=f"To make a draft live: {hint}" if hint else None,
        )


@app.command("live", help="Make a draft live: who matches now is taken in, and whoever matches later enters.")
def live_(
    stage: StageKey, confirm: Confirm = False, to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Make a stage live."""
    _status(stage, "LIVE", "who matches enters", to=to, key=key, data_dir=data_dir, confirm=confirm)


@app.command("pause", help="Pause a live stage: it moves nobody, in or out, until it is resumed.")
def pause_(stage: StageKey, to: Through = None, key: Key = None, data_dir: DataDir = None) -> None:
    """Pause a stage."""
    _status(stage, "PAUSED", "it moves nobody until it is resumed", to=to, key=key, data_dir=data_dir)


@app.command("resume", help="Make a paused stage live again; what has become due meanwhile happens now.")
def resume_(
    stage: StageKey, confirm: Confirm = False, to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Resume a stage."""
    consequence = "who matches enters"
    _status(stage, "LIVE", consequence, to=to, key=key, data_dir=data_dir, confirm=confirm, paused=True)


@app.command("archive", help="End a stage for good: open stays end, its history is kept.")
def archive_(stage: StageKey, to: Through = None, key: Key = None, data_dir: DataDir = None) -> None:
    """Archive a stage."""
    _status(stage, "ARCHIVED", "its history is kept", to=to, key=key, data_dir=data_dir)


@app.command("put-in", help="Put an organisation into a live stage, whatever its entry criterion says.")
def put_in_(
    organisation: Organisation, stage: StageKey, to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Put an organisation into a stage."""
    stay = _by_hand(_PUT_IN, organisation, stage, to, key, data_dir)
    note(f"{organisation} is in {stay['stage']['name']} since {stay['enteredAt']}.")


@app.command("take-out", help="Take an organisation out of a stage: EXITED, unless all objectives are complete.")
def take_out_(
    organisation: Organisation, stage: StageKey, to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Take an organisation out of a stage."""
    stay = _by_hand(_TAKE_OUT, organisation, stage, to, key, data_dir)
    note(f"{organisation} left {stay['stage']['name']} at {stay['exitedAt']}: {stay['outcome']}.")


def _by_hand(
    document: str, organisation: str, stage: str, to: str | None, key: str | None, data_dir: Path | None
) -> dict[str, Any]:
    async def work() -> dict[str, Any]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            given = {"organisation": await organisation_id(client, organisation), "stage": stage}
            found: dict[str, Any] = (await mutate(client, document, given))["stay"]
            return found

    return run(work())


_COMPLETE = (
    "mutation Complete($organisation: ID!, $objective: String!, $at: DateTime) "
    "{ completeObjective(organisation: $organisation, objective: $objective, at: $at) "
    f"{{ state {{ objective {{ name }} completedAt }} {_ERRORS} }} }}"
)


@app.command("complete", help="Tick an objective in an organisation's open stay.")
def complete_(
    organisation: Organisation,
    objective: Annotated[str, typer.Argument(metavar="OBJECTIVE", help="The objective's key.")],
    at: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="When, such as 2026-03-01T09:30:00Z, within the stay.", show_default="now"
        ),
    ] = None,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Complete an objective."""

    async def work() -> dict[str, Any]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            given = {"organisation": await organisation_id(client, organisation), "objective": objective, "at": at}
            found: dict[str, Any] = (await mutate(client, _COMPLETE, given))["state"]
            return found

    state = run(work())
    note(f"{state['objective']['name']} is complete since {state['completedAt']}.")
