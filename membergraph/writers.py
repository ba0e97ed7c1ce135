"""Writers with the limits of the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.attributes.placeholders import placeholder_words
from graph.facts.attribute_limits import AttributeLimits
from graph.identity.kinds import ANY_OTHER
from graph.writer import Writer, WriterSettings, open_writer
from membergraph.settings import Settings
from membergraph.workplace import Workplace


@asynccontextmanager
async def writer_of(place: Workplace) -> AsyncIterator[Writer]:
    """Open a writer of the workplace's graph; at the end it writes its queue and closes."""
    writer = await open_writer(place.graph, place.clock, settings=writer_settings(place.settings))
    try:
        yield writer
    finally:
        await writer.close()


def writer_settings(settings: Settings) -> WriterSettings:
    """Return the settings of a writer."""
    limits = {
        "user_id": settings.identity_user_ids,
        "email": settings.identity_emails,
        "anonymous_id": settings.identity_anonymous_ids,
        ANY_OTHER: settings.identity_crm_ids,
    }
    defaults = WriterSettings()
    return WriterSettings(
        batch=settings.batch_rows,
        batch_bytes=settings.batch_bytes,
        linger=settings.linger_ms / 1000,
        limits={**defaults.limits, **limits},
        secret=settings.secret_bytes(),
        attribute_limits=AttributeLimits(settings.row_values, settings.source_names, settings.public_names),
        placeholders=placeholder_words(settings.placeholders),
    )
