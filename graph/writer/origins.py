"""The origins of a commit group's rows: pages of streams, each row's place in its stream, and the cursor after the page."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from graph.sources.cursors import Move


class Origin(Struct, frozen=True):
    """The page that rows come from. `places` gives each row's place in the stream, such as `line 7`."""

    stream: str
    source: str | None = None
    places: Sequence[str] = ()
    move: Move | None = None
    """The move of the stream's cursor, in the transaction of the page's last row."""

    def part(self, start: int, stop: int, *, last: bool) -> "Origin":
        """Return the origin of the rows from `start` up to `stop`. The cursor moves with the `last` part of a page."""
        return Origin(self.stream, self.source, self.places[start:stop], self.move if last else None)


class _Span(Struct, frozen=True):
    start: int
    stop: int
    origin: Origin

    def ends_in(self, start: int, stop: int) -> bool:
        """Return whether the page's last row is among these. A page without rows belongs to the row before it."""
        return start < self.stop <= stop or self.stop == start == 0

    def overlaps(self, start: int, stop: int) -> bool:
        return self.start < stop and self.stop > start


class Origins:
    """The origins of the rows of one transaction. Rows of a tracking call, for one, have none."""

    def __init__(self, spans: Sequence[_Span] = ()) -> None:
        """Use `origins_of`."""
        self._spans = spans

    @property
    def moves(self) -> list[Move]:
        """Return the cursor moves of this transaction, in the order of their pages."""
        return [span.origin.move for span in self._spans if span.origin.move is not None]

    def within(self, start: int, stop: int) -> "Origins":
        """Return the origins of the rows from `start` up to `stop`, which are tried in a transaction of their own (F12)."""
        return Origins([*self._cut(start, stop)]) if self._spans else self

    def _cut(self, start: int, stop: int) -> Iterator[_Span]:
        for span in self._spans:
            ends = span.ends_in(start, stop)
            if not ends and not span.overlaps(start, stop):
                continue
            first, end = max(span.start, start), min(span.stop, stop)
            origin = span.origin.part(first - span.start, end - span.start, last=ends)
            yield _Span(first - start, end - start, origin)

    def row_origin(self, index: int) -> tuple[Origin | None, str | None]:
        """Return the origin of a row, and its place there."""
        for span in self._spans:
            if span.start <= index < span.stop:
                place = index - span.start
                return span.origin, span.origin.places[place] if place < len(span.origin.places) else None
        return None, None


def origins_of(pages: Sequence[tuple[int, Origin | None]]) -> Origins:
    """Return the origins of consecutive pages, each given with its number of rows."""
    spans = []
    start = 0
    for rows, origin in pages:
        if origin is not None:
            spans.append(_Span(start, start + rows, origin))
        start += rows
    return Origins(spans)


NO_ORIGINS = Origins()
