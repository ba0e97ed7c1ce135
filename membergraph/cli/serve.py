"""`membergraph serve`."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from membergraph.cli.options import DataDir, settings_of
from membergraph.cli.output import err, note, table
from membergraph.cli.sample import prepare_sample
from membergraph.workplace import run

HELP = """Run the service: GraphQL, Segment-compatible tracking, health. Ctrl-C stops it cleanly.

\b
  membergraph serve                                   embedded engine, data in ./data
  membergraph serve --sample                          with the sample company, where the graph is empty
  membergraph serve --port 9000 --data-dir /var/lib/membergraph
  MEMBERGRAPH_NEO4J_URI=bolt://db:7687 MEMBERGRAPH_NEO4J_PASSWORD=… membergraph serve --host 0.0.0.0

Without a key it serves this machine only: membergraph keys create --help
"""


def serve(
    host: Annotated[
        str | None, typer.Option(metavar="HOST", help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", help="Port to listen on; 0 takes a free one.", show_default="8080")
    ] = None,
    data_dir: DataDir = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Make the sample company if the graph is empty, and show three answers.")
    ] = False,
) -> None:
    """Run the service until it is stopped."""
    from membergraph.service import serve as serve_until_stopped  # noqa: PLC0415 - other commands need none of it

    settings = settings_of(host=host, port=port, data_dir=data_dir)
    work = serve_until_stopped(settings, on_ready=_show_addresses, prepare=prepare_sample if sample else None)
    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        run(work, _event_loop())
    err.print("Stopped.")


def _event_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.new_event_loop
    from uvloop import new_event_loop  # noqa: PLC0415 - other commands do without

    return new_event_loop


def _show_addresses(address: str) -> None:
    note(f"\n[bold]Membergraph[/] answers at {address}")
    rows = [
        ("GraphQL", f"{address}/graphql"),
        ("Segment's SDKs", f"host {address}  (POST /v1/batch)"),
        ("health", f"{address}/health, {address}/ready"),
    ]
    table(("", ""), rows)
