"""Types of sources: their streams, cursors and runs."""

from __future__ import annotations

from enum import Enum

import strawberry

from api.graphql.schema.declare import plain_field
from api.graphql.schema.scalars import JSON, DateTime


@strawberry.enum(description="The state of a run.")
class RunState(Enum):
    """The state of a run."""

    RUNNING = strawberry.enum_value("RUNNING", description="The run is in progress.")
    COMPLETE = strawberry.enum_value("COMPLETE", description="Every stream was read to its end.")
    FAILED = strawberry.enum_value("FAILED", description="A stream, or the whole run, stopped with an error.")
    INTERRUPTED = strawberry.enum_value("INTERRUPTED", description="The run was stopped, or its process ended.")


@strawberry.type(description="A stream of a source: one kind of record, or one file.")
class SourceStream:
    """A stream of a source."""

    name: str = plain_field("Name within the source.")
    cursor: JSON | None = plain_field("Place up to which the stream was read. Null: its beginning.")
    moved_at: DateTime | None = plain_field("Instant at which the cursor moved last.")


@strawberry.type(description="Counts of one stream in one run.")
class StreamRun:
    """Counts of one stream in one run."""

    name: str = plain_field("Name of the stream.")
    read: int = plain_field("Records read.")
    total: int | None = plain_field("Records that the stream has, if known.")
    created: int = plain_field("Records that created something.")
    updated: int = plain_field("Records that changed something.")
    unchanged: int = plain_field("Records that changed nothing.")
    refused: int = plain_field("Records that were refused, and kept as rejected.")
    error: str | None = plain_field("Reason why the stream stopped before its end.")


@strawberry.type(description="One run of a source.")
class SourceRun:
    """One run of a source."""

    id: strawberry.ID = plain_field("Id of the run.")
    kind: str = plain_field("Kind of source, such as `files`.")
    state: RunState = plain_field("State of the run.")
    started_at: DateTime = plain_field("Start.")
    ended_at: DateTime | None = plain_field("End; of an interrupted run, its last sign of life.")
    streams: list[StreamRun] = plain_field("Streams that were read, in order.")
    error: str | None = plain_field("Reason why the whole run stopped.")


@strawberry.type(description="A source that a load or a sync has read.")
class Source:
    """A source that a load or a sync has read."""

    name: str = plain_field("Name.")
    kind: str | None = plain_field("Kind in its newest run, such as `files`.")
    streams: list[SourceStream] = plain_field("Streams that can go on from a cursor, by name.")
    runs: list[SourceRun] = plain_field("Newest runs first; the newest 100 are kept.")
