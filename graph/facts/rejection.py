"""Why a row, or one value of it, cannot be used (F9)."""

from collections.abc import Sequence

from msgspec import Struct


class Refused(ValueError):
    """Raised while a row is read; `path` leads to the part that is wrong."""

    def __init__(self, code: str, message: str, path: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = list(path)


class Rejection(Struct, gc=False):
    """One refusal: the row's place in its batch, a code for programs, a message for people, the path to the value.

    `whole` is False where the rest of the row was kept, as for one attribute of the wrong type (F5, AT-03).
    """

    index: int
    code: str
    message: str
    path: list[str]
    whole: bool = True

    def at(self, index: int) -> "Rejection":
        """The same refusal of the row at another place."""
        return Rejection(index, self.code, self.message, self.path, self.whole)
