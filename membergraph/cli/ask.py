"""`membergraph ask`."""

import csv
import json
import sys
from typing import Annotated, Any

import typer

from graph.errors import UserMistake
from graph.questions import Question, QuestionResult, answer, find, questions
from membergraph.cli.options import AsJson, DataDir, Key, Through, settings_of
from membergraph.cli.output import err, note, out, table
from membergraph.settings import Settings
from membergraph.workplace import run, workplace

HELP = """Ask one of the field's questions. Without a name: which there are.

\b
  membergraph ask                                            the questions
  membergraph ask accounts_activated --about                 what it asks, its parameters, its Cypher
  membergraph ask accounts_activated event="Project Created"
  membergraph ask people_in_several_organisations --csv > people.csv
  membergraph ask accounts_activated event=Login --to http://127.0.0.1:8080    while the service runs
"""
_ANSWER = "query Ask($q: String!, $p: JSON) { answer(question: $q, parameters: $p) { columns rows truncated } }"


def ask(
    question: Annotated[str | None, typer.Argument(metavar="[QUESTION]", help="Its name.")] = None,
    parameters: Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="Its parameters.")] = None,
    about: Annotated[bool, typer.Option("--about", help="Show what it asks and how, in place of asking.")] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Ask a question and show the answer."""
    if question is None:
        _list(as_json=as_json)
    elif about:
        _about(find(question))
    else:
        settings = settings_of(data_dir=data_dir)
        values = _values(parameters or [])
        found = run(_remotely(to, key, question, values) if to else _locally(settings, question, values))
        _show(found, as_json=as_json, as_csv=as_csv)


async def _locally(settings: Settings, question: str, values: dict[str, Any]) -> QuestionResult:
    async with workplace(settings) as place:
        return await answer(place.graph, place.clock, question, values)


async def _remotely(address: str, key: str | None, question: str, values: dict[str, Any]) -> QuestionResult:
    from loaders import ServiceClient  # noqa: PLC0415 - takes long to import

    async with ServiceClient(address, key) as service:
        found = (await service.ask(_ANSWER, {"q": question, "p": values}))["answer"]
    return QuestionResult(found["columns"], found["rows"], found["truncated"])


def _values(parameters: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in parameters:
        name, equals, value = text.partition("=")
        if not equals:
            raise UserMistake(
                "INVALID_PARAMETER", f"{text!r} is not NAME=VALUE.", "parameters", hint='Write event="Project Created".'
            )
        found[name.strip()] = value
    return found


def _list(*, as_json: bool) -> None:
    found = questions()
    if as_json:
        out.print_json(json.dumps([{"name": one.name, "title": one.title} for one in found]))
        return
    table(
        ("question", "asks", "parameters"), [(one.name, one.title, ", ".join(_parameter_names(one))) for one in found]
    )
    note('[dim]→[/] membergraph ask NAME --about     [dim]→[/] membergraph ask NAME parameter="value"')


def _parameter_names(question: Question) -> list[str]:
    return [f"[{one.name}]" if one.optional else one.name for one in question.parameters]


def _about(question: Question) -> None:
    note(f"[bold]{question.title}[/]")
    if question.description:
        out.print(question.description, markup=False)
    rows = [
        (one.name, one.type, "" if not one.optional else f"default {one.default}", one.meaning)
        for one in question.parameters
    ]
    if rows:
        table(("parameter", "type", "", "meaning"), rows)
    out.print(question.cypher.strip(), markup=False)


def _show(found: QuestionResult, *, as_json: bool, as_csv: bool) -> None:
    if as_json:
        out.print_json(json.dumps({"columns": found.columns, "rows": found.rows, "truncated": found.truncated}))
    elif as_csv:
        csv.writer(sys.stdout).writerows([found.columns, *found.rows])
    else:
        table(found.columns, found.rows)
    if found.truncated:
        err.print(f"Only the first {len(found.rows):,} rows; give limit=… or a narrower question.")
