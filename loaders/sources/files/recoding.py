"""Recode a stream from UTF-16, in which Excel saves "Unicode text", to UTF-8."""

import codecs
import io
from typing import BinaryIO

MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 1 << 16


class Recoded(io.RawIOBase):
    """The bytes of a stream in UTF-16 with a byte order mark, in UTF-8. Bytes that are no character become U+FFFD."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes. Return their number, 0 at the end."""
        while not self._ready:
            chunk = self._stream.read(_CHUNK)
            self._ready = self._decoder.decode(chunk, final=not chunk).encode()
            if not chunk:
                break
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def close(self) -> None:
        """Close the stream as well."""
        self._stream.close()
        super().close()
