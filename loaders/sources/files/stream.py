"""A file as a stream, and several files as the streams of a source."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graph.errors import excerpt
from graph.facts import LONGEST_SOURCE, is_source
from loaders.errors import FileUnreadable, MappingError
from loaders.guess import guess, shown
from loaders.mapping import DEFAULT_SOURCE, Mapping, Section
from loaders.sources.files.entries import FileReader
from loaders.sources.files.opening import STANDARD_INPUT, Input, open_input, open_stream
from loaders.sources.files.pages import BYTES, ROWS, FilePage, FilePages
from loaders.sources.files.place import FilePlace, entries_to_skip, fingerprint_of
from loaders.sync import Cursor, Page, Stream
from loaders.translate import translator

DASH = Path("-")
"""The path of standard input."""
KIND = "files"
_SOURCE = f"Use 1 to {LONGEST_SOURCE} characters without `|`, all of them UTF-8."


class FileObserver:
    """Follows the reading of files. Does nothing unless a subclass does."""

    def guessed(self, name: str, section: list[tuple[str, str]]) -> None:
        """The meaning of a file's columns was guessed, because no mapping says it."""

    def continued(self, name: str, entries: int) -> None:
        """A file is read on after so many entries, which an interrupted load left behind it."""


@dataclass(frozen=True)
class FileReading:
    """Options of reading files: the mapping (else a guess), the source where nothing names one, and the size of pages."""

    mapping: Mapping | None = None
    source: str = DEFAULT_SOURCE
    page_rows: int = ROWS
    page_bytes: int = BYTES
    fingerprints: bool = True
    """True to read each file once before the load, so that it is known again after an interruption."""

    def source_of(self, path: Path) -> str:
        """Return the source whose rows a file holds.

        Raises MappingError where the mapping leaves the file out, or where every row would be refused for its source.
        """
        source = self.source if self.mapping is None else self.mapping.for_file(_name_of(path)).source
        if not is_source(source):
            raise MappingError(f"the source {excerpt(source)} is no name of a source", hint=_SOURCE)
        return source


class FileStream:
    """One file. Its cursor is a place in it, valid as long as its content and its mapping stay."""

    def __init__(self, path: Path, reading: FileReading, observer: FileObserver) -> None:
        self.path = path
        self.name = _name_of(path)
        self._reading = reading
        self._observer = observer

    @property
    def resumable(self) -> bool:
        """See Stream; standard input can be read once."""
        return self.path != DASH

    async def pages(self, cursor: Cursor) -> AsyncGenerator[Page]:
        """See Stream. Raises FileUnreadable, MappingError."""
        with closing(_open(self.path)) as file:
            section, reader = self._prepared(file)
            fingerprint = await self._fingerprint(section)
            skipped = entries_to_skip(cursor, fingerprint) if fingerprint else 0
            if skipped:
                self._observer.continued(self.name, skipped)
            cut = FilePages(
                translator(section, reader.cells), section.source, self._reading.page_rows, self._reading.page_bytes
            )
            pages = cut.read(reader, skipped)
            while (page := await asyncio.to_thread(next, pages, None)) is not None:
                yield _page(page, file, reader, skipped, fingerprint)

    def _prepared(self, file: Input) -> tuple[Section, FileReader]:
        if self._reading.mapping is not None:
            section = self._reading.mapping.for_file(file.name)
            reader = file.reader(section.delimiter, section.encoding)
            _check_columns(section, reader, file.name)
            return section, reader
        reader = file.reader()
        section = self._guessed(file, reader)
        self._observer.guessed(file.name, shown(section))
        return section, reader

    def _guessed(self, file: Input, reader: FileReader) -> Section:
        first = file.first_objects() if reader.columns is None else []
        columns = reader.columns or tuple(dict.fromkeys(name for each in first for name in each))
        return guess(columns, file.name, self._reading.source, first[0].get("type") if first else None)

    async def _fingerprint(self, section: Section) -> str | None:
        if not self.resumable or not self._reading.fingerprints:
            return None
        try:
            return await asyncio.to_thread(fingerprint_of, self.path, section)
        except OSError as error:
            raise FileUnreadable("DAMAGED_FILE", f"{self.path} cannot be read: {error.strerror}") from error


class Files:
    """Files that hold rows of one source."""

    kind = KIND

    def __init__(self, name: str, paths: Sequence[Path], reading: FileReading, observer: FileObserver) -> None:
        self.name = name
        self._paths = paths
        self._reading = reading
        self._observer = observer

    async def streams(self) -> AsyncIterator[Stream]:
        """See Source."""
        for path in self._paths:
            yield FileStream(path, self._reading, self._observer)


def sources_of(files: Sequence[Path], reading: FileReading, observer: FileObserver) -> Iterator[Files]:
    """Yield the sources of files. Neighbours of one source make one run. Raises MappingError at a file without a section."""
    paths: list[Path] = []
    name = ""
    for path in files:
        source = reading.source_of(path)
        if paths and source != name:
            yield Files(name, paths, reading, observer)
            paths = []
        name = source
        paths = [*paths, path]
    if paths:
        yield Files(name, paths, reading, observer)


def _page(page: FilePage, file: Input, reader: FileReader, skipped: int, fingerprint: str | None) -> Page:
    return Page(
        rows=page.rows,
        places=[f"line {entry.line}" for entry in page.entries],
        cursor=FilePlace(fingerprint, page.end, page.last).cursor() if fingerprint else None,
        originals=page.entries,
        total=None if reader.total is None else reader.total - skipped,
        fraction=file.fraction(),
    )


def _name_of(path: Path) -> str:
    return STANDARD_INPUT if path == DASH else path.name


def _open(path: Path) -> Input:
    return open_stream(_standard_input()) if path == DASH else open_input(path)


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer


def _check_columns(section: Section, reader: FileReader, name: str) -> None:
    missing = sorted(section.columns().difference(reader.columns)) if reader.columns is not None else []
    if missing:
        raise MappingError(
            f"the mapping names column `{missing[0]}`, which {name} does not have",
            hint=f"Its columns: {', '.join(reader.columns or ())}.",
        )
