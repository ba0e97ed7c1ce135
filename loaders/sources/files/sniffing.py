"""Detect the format of a file by its first bytes, and compare it with the file's name."""

from typing import Literal

from loaders.errors import FileUnreadable

Format = Literal["csv", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "jsonl", "parquet")
HEAD = 65_536
"""Bytes that are read to detect a format."""

_SUFFIXES: dict[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
_NAMES: dict[Format, str] = {"csv": "CSV", "jsonl": "JSON lines", "parquet": "Parquet"}
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "Save the sheet as CSV, or unpack the archive."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV."),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Unpack it, or compress it with gzip."),
    (b"BZh", "compressed with bzip2", "Unpack it, or compress it with gzip."),
    (b"\xfd7zXZ", "compressed with xz", "Unpack it, or compress it with gzip."),
    (b"SQLite format 3", "an SQLite database", "Export its tables as CSV."),
    (b"%PDF", "a PDF document", "Export the table that it shows as CSV."),
    (b"ORC", "an ORC file", "Convert it to Parquet."),
    (b"Obj\x01", "an Avro file", "Convert it to Parquet."),
)
GZIP = b"\x1f\x8b"


def format_of(head: bytes, name: str) -> Format:
    """Return the format of a file that begins with these bytes. Raises FileUnreadable for a format that cannot be loaded."""
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, what, hint in _FOREIGN:
        if head.startswith(magic):
            raise FileUnreadable("UNKNOWN_FORMAT", f"{name} is {what}", hint)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        raise FileUnreadable("EMPTY_FILE", f"{name} is empty", "A CSV file has at least a header.")
    if b"\x00" in head:
        raise FileUnreadable(
            "UNKNOWN_FORMAT",
            f"{name} holds zero bytes, so it is none of CSV, JSON lines and Parquet",
            "Is it text in UTF-16 or UTF-32? Save it as UTF-8.",
        )
    return _format_of_text(text, name)


def _format_of_text(text: bytes, name: str) -> Format:
    if text.startswith(b"<"):
        raise FileUnreadable(
            "UNKNOWN_FORMAT",
            f"{name} is HTML or XML",
            "Was a page saved in place of the file? Load CSV, JSON lines or Parquet.",
        )
    if text.startswith(b"["):
        raise FileUnreadable(
            "UNKNOWN_FORMAT", f"{name} is one JSON list, not JSON lines", f"jq -c '.[]' {name} > rows.jsonl"
        )
    if not text.startswith(b"{"):
        return "csv"
    if text.split(b"\n", 1)[0].strip() == b"{" and b"\n" in text:
        raise FileUnreadable(
            "UNKNOWN_FORMAT",
            f"{name} is a JSON document over several lines, not JSON lines",
            f"jq -c . {name} > rows.jsonl",
        )
    return "jsonl"


def check_name(name: str, found: Format, packed: bool) -> None:
    """Check that a file's content fits its name. Raises FileUnreadable."""
    bare = name.lower().removesuffix(".gz")
    if packed != name.lower().endswith(".gz"):
        raise _not_its_name(name, "compressed with gzip" if packed else "not compressed")
    named = next((form for suffix, form in _SUFFIXES.items() if bare.endswith(suffix)), None)
    if named is not None and named != found:
        raise _not_its_name(name, _NAMES[found])


def _not_its_name(name: str, what: str) -> FileUnreadable:
    return FileUnreadable(
        "NOT_WHAT_ITS_NAME_SAYS",
        f"{name} is not what its name says: its content is {what}",
        "Rename it, or get the right file.",
    )
