"""`membergraph load`."""

from pathlib import Path
from typing import Annotated

import typer

from membergraph.cli.options import DataDir, Key, Through, settings_of

HELP = """Load CSV, JSON lines or Parquet files (also with .gz; - is standard input), in any order and as often as you like.

A mapping says what the columns mean (docs/loading.md). Without one, columns named user_id, email, organisation_id, domain,
role, since, until, event, timestamp … are taken for what they say, and the guess is shown. Refused rows go to
FILE.refused.jsonl with their reasons; mend that file and load it. An interrupted load goes on where it stopped, once the same
file is loaded again with the same mapping.

\b
  membergraph load people.csv memberships.csv events.jsonl.gz --mapping crm.toml
  membergraph load people.csv --dry-run                     what would happen; changes nothing
  membergraph load people.csv --from-start                  all of it, also where an earlier load was interrupted
  zcat big.jsonl.gz | membergraph load - --source product
  membergraph load people.csv --to http://127.0.0.1:8080    while the service runs; its --key needs the scopes write and sources

\b
A mapping, crm.toml:
  source = "crm"
  [\\[file]]
  name = "people.csv"
  kind = "person"
  identities = { contact_id = "user_id", mail = "email" }
  columns = { full_name = "name", created = "first_seen_at" }
"""


def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to load; - is standard input.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", "-m", metavar="TOML", help="What the columns mean.")
    ] = None,
    source: Annotated[
        str,
        typer.Option(metavar="NAME", help="The source of rows that name none; with a mapping, its `source` counts."),
    ] = "file",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin at the first row, also where an earlier load was interrupted.")
    ] = False,
    refused: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where files of refused rows go.", show_default="here")
    ] = Path(),
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Load files, and show the counts of their records."""
    from loaders import LoadOptions, read_mapping  # noqa: PLC0415 - the writer takes long to import
    from membergraph.cli.loading import load_and_show  # noqa: PLC0415

    settings = settings_of(data_dir=data_dir)
    options = LoadOptions(
        read_mapping(mapping) if mapping else None, source, refused, dry_run=dry_run, from_start=from_start
    )
    load_and_show(settings, files, options, to=to, key=key)
