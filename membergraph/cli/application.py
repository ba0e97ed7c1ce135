"""The application: all commands, and the conversion of errors to messages and exit codes."""

import logging
import sys

import typer
from rich.markup import escape

from graph.errors import MembergraphError
from membergraph.cli import (
    ask,
    attribute,
    criteria,
    doctor,
    evaluate,
    explain,
    journey,
    keys,
    load,
    rollup,
    serve,
    settings,
    signals,
    sources,
    stage,
)
from membergraph.cli.output import DONE, FAILED, STOPPED, err, print_error

HELP = """The customer graph: people who belong to many organisations, what happened in each, and what each rolls up to.

\b
Try it:        membergraph serve --sample
Load a file:   membergraph load people.csv --mapping mapping.toml
Ask:           membergraph ask
Settings:      membergraph settings        (MEMBERGRAPH_… in the environment)

\b
Exit codes: 0 done · 1 failed · 2 wrong usage · 3 done, with something to look at · 130 stopped
"""

app = typer.Typer(
    name="membergraph",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(help=serve.HELP)(serve.serve)
app.command(help=load.HELP)(load.load)
app.command(help=ask.HELP)(ask.ask)
app.command(help=doctor.HELP)(doctor.doctor)
app.command(help=evaluate.HELP)(evaluate.evaluate)
app.command(help=explain.HELP)(explain.explain)
app.command(help=settings.HELP)(settings.settings)
app.command(help=sources.HELP)(sources.sources)
app.add_typer(keys.app, name="keys", help=keys.HELP)
app.add_typer(attribute.app, name="attribute", help=attribute.HELP)
app.add_typer(rollup.app, name="rollup", help=rollup.HELP)
app.add_typer(journey.app, name="journey", help=journey.HELP)
app.add_typer(signals.app, name="signals")
app.add_typer(stage.app, name="stage", help=stage.HELP)
app.add_typer(criteria.app, name="criteria", help=criteria.HELP)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code. An error prints a message and a hint, never a traceback."""
    try:
        app(arguments, standalone_mode=True, prog_name="membergraph")
    except MembergraphError as error:
        print_error(error)
        sys.exit(FAILED)
    except KeyboardInterrupt:
        err.print("Stopped. What was acknowledged is kept.")
        sys.exit(STOPPED)
    except BrokenPipeError:
        sys.exit(DONE)
    except Exception as error:
        logging.getLogger(__name__).debug("unforeseen", exc_info=True)
        err.print(f"[bold red]Error:[/] unforeseen, a defect of ours: {type(error).__name__}: {escape(str(error))}")
        err.print("[dim]→[/] MEMBERGRAPH_LOG_LEVEL=debug shows where; please report it.")
        sys.exit(FAILED)
