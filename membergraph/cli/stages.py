"""Stages as text for people: one in full, or several as a table."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from graph.errors import UserMistake
from graph.journey.definitions.exits import EXIT_MODES, ExitMode
from graph.journey.definitions.reentry import Reentry
from membergraph.api_client import ApiClient
from membergraph.cli.output import err, note, out, table

__all__ = ["CHANGE", "CHANGES", "advise", "apply_change", "show", "summary"]

_MOVING = "{ organisations sample { id name } }"
_MOVED = f"{{ stage occupants leaving {_MOVING} stranded {_MOVING} entering {_MOVING} }}"
CHANGE, CHANGES = f"change {_MOVED}", f"changes {_MOVED}"
"""Selections that `apply_change` needs of a payload: for one stage, or for the stages of a journey."""
_MOVES = {"leaving": "would leave at once", "stranded": "could never leave", "entering": "would enter at once"}

_SHOW = """query Show($key: String!) {
  stage(key: $key) {
    key name description position status version entry exit { mode days criteria completedWhen } reentry reentryDays
    journey { key name exclusive }
    objectives { key name kind criteria manual appliesTo after }
    occupants { totalCount }
  }
  journeys { stages { key } }
}"""
Json = Mapping[str, Any]


async def apply_change(client: ApiClient, document: str, given: Json, what: str) -> Json:
    """Change `what`, show warnings, and return the payload. Raises UserMistake.

    A change that needs a confirmation is not made, and the organisations that it would move are shown.
    """
    (payload,) = (await client.ask(document, given)).values()
    for error in payload["userErrors"]:
        if error["code"] == "CONFIRMATION_NEEDED":
            for change in payload.get("changes") or [payload["change"]]:
                _preview(change)
            raise UserMistake(
                "CONFIRMATION_NEEDED",
                f"{what} is not changed: that would move more than a fifth of the occupants at once, or leave them no way out.",
                hint="To change it all the same: --confirm",
            )
        raise UserMistake(error["code"], error["message"], ".".join(error["field"] or ()) or None)
    advise(payload.get("warnings", ()))
    found: Json = payload
    return found


def _preview(change: Json) -> None:
    note(f"In {change['stage']} now: {change['occupants']:,}")
    rows = []
    for name, does in _MOVES.items():
        some = [each["name"] or each["id"] for each in change[name]["sample"]]
        rows.append((does, change[name]["organisations"], some))
    table(("what", "organisations", "for instance"), rows)


def advise(warnings: Sequence[Json]) -> None:
    """Show the linter's advice on a change that was made, and the effects of a pause or resumption."""
    for one in warnings:
        if one["code"] in _EFFECTS:
            note(escape(one["message"]))
        else:
            err.print(f"[bold yellow]Advice:[/] {escape(one['message'])}")


_EFFECTS = ("WAITING", "TAKEN_UP")
"""Codes of effects of pausing and resuming, which are no advice."""


async def show(client: ApiClient, key: str, *, as_json: bool = False) -> None:
    """Show a stage. Raises UserMistake if there is no such stage."""
    found = await client.ask(_SHOW, {"key": key})
    stage = found["stage"]
    if stage is None:
        known = [each["key"] for journey in found["journeys"] for each in journey["stages"]]
        hint = f"There are: {', '.join(known)}." if known else "Save one: membergraph stage save --help"
        raise UserMistake("NOT_FOUND", f"There is no stage {key!r}.", "stage", hint=hint)
    if as_json:
        out.print_json(json.dumps(stage))
        return
    for line in _lines(stage):
        note(line)
    if stage["objectives"]:
        table(("objective", "name", "complete", "counts", "only for", "after"), map(_objective, stage["objectives"]))


def _lines(stage: Json) -> list[str]:
    journey = stage["journey"]
    exclusive = ", one stage at a time" if journey["exclusive"] else ""
    lines = [
        f"[bold]{escape(stage['name'])}[/] ({stage['key']}): {stage['status']}, version {stage['version']}",
        f"Journey {escape(journey['name'])}{exclusive}, place {stage['position']}",
        f"Enters:  {escape(stage['entry'])}",
        f"Leaves:  {escape(exit_in_words(stage['exit']))}",
        f"Again:   {Reentry(stage['reentry'], stage['reentryDays']).in_words()}",
        f"In it:   {stage['occupants']['totalCount']:,} now",
    ]
    return lines if not stage["description"] else [*lines[:1], escape(stage["description"]), *lines[1:]]


def exit_in_words(rule: Json) -> str:
    """Return the exit rule in words."""
    mode: ExitMode = rule["mode"]
    phrase = EXIT_MODES[mode].phrase.format(days=rule["days"], criteria=rule.get("criteria"))
    return f"{phrase}; completed when {rule['completedWhen']}" if rule.get("completedWhen") else phrase


def _objective(one: Json) -> tuple[Any, ...]:
    complete = "ticked by people" if one["manual"] else f"when {one['criteria']}"
    return one["key"], one["name"], complete, one["kind"] == "OBJECTIVE", one["appliesTo"], one["after"]


def summary(journey: Json, stage: Json) -> tuple[Any, ...]:
    """Return a stage as a row of the table."""
    return (
        journey["name"],
        stage["position"],
        stage["key"],
        stage["name"],
        stage["status"],
        stage["version"],
        "by criteria" if EXIT_MODES[stage["exit"]["mode"]].ends_by_criteria else exit_in_words(stage["exit"]),
        len(stage["objectives"]),
        stage["occupants"]["totalCount"],
    )
