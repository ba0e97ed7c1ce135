"""Files become records, and what is no record is told with its line (issue 3, "Bad input")."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from loaders.errors import FileUnreadable
from loaders.sources.files.delimited import LONGEST_CELL, guess_delimiter
from loaders.sources.files.entries import BadLine, FileRecord
from loaders.sources.files.opening import open_input
from tests.loaders.files import write

HEADER = "email,name\n"


def read(path: Path, encoding: str = "utf-8") -> Iterator[FileRecord | BadLine]:
    with closing(open_input(path)) as opened:
        yield from opened.reader(encoding=encoding).entries()


def entries(folder: Path, name: str, content: str | bytes) -> list[FileRecord | BadLine]:
    return list(read(write(folder, name, content)))


def values(folder: Path, name: str, content: str | bytes) -> list[object]:
    return [entry.values if isinstance(entry, FileRecord) else entry.code for entry in entries(folder, name, content)]


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz"])
def test_csv_is_read_packed_or_not(tmp_path: Path, name: str):
    assert values(tmp_path, name, HEADER + "ann@acme.test,Ann\n") == [{"email": "ann@acme.test", "name": "Ann"}]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path):
    assert values(tmp_path, "a.csv", b"\xef\xbb\xbfemail,name\nann@acme.test,Ann\n") == [
        {"email": "ann@acme.test", "name": "Ann"}
    ]
    assert values(tmp_path, "a.jsonl", b'\xef\xbb\xbf{"email": "x"}\n') == [{"email": "x"}]


def test_quoted_cells_hold_delimiters_and_line_ends_and_lines_are_counted_where_records_begin(tmp_path: Path):
    found = entries(tmp_path, "a.csv", HEADER + '"a,b","two\nlines"\nb,c\n')
    assert [entry.line for entry in found] == [2, 4]
    assert found[0].values == {"email": "a,b", "name": "two\nlines"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("header", "delimiter"), [("a;b", ";"), ("a\tb", "\t"), ("a|b", "|"), ('"a;b;c",d', ","), ("a", ",")]
)
def test_the_delimiter_is_told_from_the_header(header: str, delimiter: str):
    assert guess_delimiter(header) == delimiter


@pytest.mark.parametrize(
    ("first", "delimiter"),
    [
        ("sep=;\r\n", ";"),
        ("sep=,\n", ","),
        ("SEP=\t\n", "\t"),
        ("sep=\\t\n", "\t"),
        ('"sep=;"\r\n', ";"),
        ("Sep=|\n", "|"),
        ("\nsep=;\n", ";"),
        ("sep=;;;;\n", ";"),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_first_line_that_names_the_delimiter_is_no_header(tmp_path: Path, first: str, delimiter: str, mark: bytes):
    content = f"{first}id{delimiter}a.b,c:d\n1{delimiter}2\n" if delimiter != "," else f"{first}id,a.b;c;d;e\n1,2\n"
    (found,) = entries(tmp_path, "a.csv", mark + content.encode())
    assert isinstance(found, FileRecord)
    assert (list(found.values.values()), len(found.values)) == (["1", "2"], 2)
    assert found.line == first.count("\n") + 2


def test_a_delimiter_of_the_mapping_outranks_the_files_own_word(tmp_path: Path):
    with closing(open_input(write(tmp_path, "a.csv", "sep=;\na|b;c\n1|2;3\n"))) as opened:
        assert opened.reader("|").columns == ("a", "b;c")


def test_excels_export_is_read_as_it_is(tmp_path: Path):
    content = "\ufeffsep=;\r\nKontakt-ID;E-Mail;Firma\r\n1;a@y.example;Acme\r\n"
    assert values(tmp_path, "a.csv", content) == [{"Kontakt-ID": "1", "E-Mail": "a@y.example", "Firma": "Acme"}]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.csv.gz"])
def test_text_in_utf_16_with_its_mark_is_read(tmp_path: Path, name: str, encoding: str):
    rows = "".join(f"mü{n}@x.test\tZoë \U0001f600\r\n" for n in range(30_000))
    found = values(tmp_path, name, ("\ufeffemail\tname\r\n" + rows).encode(encoding))
    assert len(found) == 30_000
    assert found[-1] == {"email": "mü29999@x.test", "name": "Zoë \U0001f600"}


def test_blank_lines_before_the_header_are_passed_over_and_counted(tmp_path: Path):
    (found,) = entries(tmp_path, "a.csv", "\n  \r\n" + HEADER + "a,b\n")
    assert (found.line, getattr(found, "values", None)) == (4, {"email": "a", "name": "b"})


def test_a_header_that_ends_with_delimiters_names_its_other_columns(tmp_path: Path):
    found = values(tmp_path, "a.csv", "email;name;;\na;b;;\nc;d\ne;f;;x\ng;h;;;\n")
    assert found == [{"email": "a", "name": "b"}, {"email": "c", "name": "d"}, *["WRONG_NUMBER_OF_CELLS"] * 2]


def test_F9_lines_after_a_quote_that_never_closes_are_read(tmp_path: Path):
    found = entries(tmp_path, "a.csv", HEADER + 'a,"b\nc,d\ne,"f\ng"\n"h,i\nj,k\n')
    assert [(entry.line, getattr(entry, "code", "ok")) for entry in found] == [
        (2, "BAD_CSV"), (3, "ok"), (4, "ok"), (6, "BAD_CSV"), (7, "ok"),
    ]  # fmt: skip
    assert [getattr(found[n], "original", "") for n in (0, 3)] == ['a,"b\n', '"h,i\n']


def test_F9_a_bad_byte_inside_a_cell_of_several_lines_costs_no_other_line(tmp_path: Path):
    found = entries(tmp_path, "a.csv", HEADER.encode() + b'a,"b\n\xff"\nc,d\n')
    assert [(entry.line, getattr(entry, "code", "ok")) for entry in found] == [
        (2, "BAD_ENCODING"), (3, "BAD_ENCODING"), (4, "ok"),
    ]  # fmt: skip


def test_numbers_keep_their_leading_zeros(tmp_path: Path):
    assert values(tmp_path, "a.csv", "email,zip\na,00123\n") == [{"email": "a", "zip": "00123"}]


def test_F9_half_a_surrogate_pair_in_a_line_of_json_is_a_replacement_character(tmp_path: Path):
    content = '{"a": "cut \\ud83d", "b": "\\ud83d\\ude00"}\n{"a": "x\ty"}\n{"a": "\\x41"}\n{"a": 1e400}\n' + "[" * 5_000
    found = entries(tmp_path, "a.jsonl", content)
    assert isinstance(found[0], FileRecord)
    assert found[0].values == {"a": "cut \ufffd", "b": "\U0001f600"}
    assert [getattr(entry, "code", "ok") for entry in found[1:]] == ["BAD_JSON"] * 4
    assert "at a" in found[1].message  # type: ignore[union-attr]


def test_the_first_object_is_found_behind_lines_that_are_none(tmp_path: Path):
    with closing(open_input(write(tmp_path, "a.jsonl", '{broken}\n\n{"email": "a@x.test"}\n'))) as opened:
        assert opened.first_objects() == [{"email": "a@x.test"}]


def test_a_damaged_gzip_is_told_in_our_words(tmp_path: Path):
    path = write(tmp_path, "a.csv.gz", HEADER + "".join(f"a{n}@x.test,{n**9}\n" for n in range(50_000)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xff" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match="beyond line") as refused:
        list(read(path))
    assert "rror -3" not in str(refused.value)


def test_a_line_with_too_many_or_too_few_cells_is_told_and_the_rest_is_read(tmp_path: Path):
    found = entries(tmp_path, "a.csv", HEADER + "a,b,c\nx,y\nz\n")
    assert [(entry.line, getattr(entry, "code", "ok")) for entry in found] == [
        (2, "WRONG_NUMBER_OF_CELLS"),
        (3, "ok"),
        (4, "WRONG_NUMBER_OF_CELLS"),
    ]


def test_bad_utf8_is_told_with_its_line_and_byte(tmp_path: Path):
    found = entries(tmp_path, "a.csv", HEADER.encode() + b"ok,ok\nM\xfcller,x\nok,ok\n")
    assert [getattr(entry, "code", "ok") for entry in found] == ["ok", "BAD_ENCODING", "ok"]
    assert found[1].line == 3
    assert "byte 2 of line 3" in found[1].message  # type: ignore[union-attr]
    lines = entries(tmp_path, "a.jsonl", b'{"a": 1}\n{"a": "\xfc"}\n')
    assert isinstance(lines[1], BadLine)
    assert (lines[1].line, lines[1].code) == (2, "BAD_ENCODING")


def test_another_encoding_is_read_where_a_mapping_names_it(tmp_path: Path):
    path = write(tmp_path, "a.csv", "name\nMüller\n".encode("latin-1"))
    (entry,) = read(path, "latin-1")
    assert entry.values == {"name": "Müller"}  # type: ignore[union-attr]


def test_a_quote_that_never_closes_is_told(tmp_path: Path):
    found = entries(tmp_path, "a.csv", HEADER + 'a,"b\nc,d\n')
    assert isinstance(found[0], BadLine)
    assert (found[0].line, found[0].code) == (2, "BAD_CSV")
    assert "never closed" in found[0].message


def test_a_cell_of_five_megabytes_is_read_and_one_too_large_is_told(tmp_path: Path):
    found = entries(tmp_path, "a.csv", HEADER + "x," + "y" * 5_000_000 + "\na," + "b" * (LONGEST_CELL + 1) + "\n")
    assert isinstance(found[0], FileRecord)
    assert len(found[0].values["name"]) == 5_000_000
    assert isinstance(found[1], BadLine)
    assert found[1].code == "BAD_CSV"


def test_bad_json_is_told_with_its_column_and_the_rest_is_read(tmp_path: Path):
    found = entries(tmp_path, "a.jsonl", '{"a": 1}\n{"a": }\n\n[1]\n{"a": NaN}\n{"a": 2}\n')
    assert [getattr(entry, "code", "ok") for entry in found] == ["ok", "BAD_JSON", "NOT_AN_OBJECT", "BAD_JSON", "ok"]
    assert [entry.line for entry in found] == [1, 2, 4, 5, 6]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"PAR1....", "NOT_WHAT_ITS_NAME_SAYS"),
        ("a.parquet", b"a,b\n1,2\n", "NOT_WHAT_ITS_NAME_SAYS"),
        ("a.jsonl", b"a,b\n1,2\n", "NOT_WHAT_ITS_NAME_SAYS"),
        ("a.csv", b'{"a": 1}\n', "NOT_WHAT_ITS_NAME_SAYS"),
        ("a.csv", b"PK\x03\x04....", "UNKNOWN_FORMAT"),
        ("a.csv", b"a\x00,\x00", "UNKNOWN_FORMAT"),
        ("a.csv", b"a\x00b", "UNKNOWN_FORMAT"),
        ("a.csv", b"<!doctype html>", "UNKNOWN_FORMAT"),
        ("a.jsonl", b"[{}]", "UNKNOWN_FORMAT"),
        ("a.jsonl", b'{\n "a": 1\n}\n', "UNKNOWN_FORMAT"),
        ("a.csv", b" \n", "EMPTY_FILE"),
        ("a.csv", b"a,a\n1,2\n", "BAD_HEADER"),
        ("a.csv", b"a,,c\n1,2,3\n", "BAD_HEADER"),
        ("a.csv", b"\xfc,b\n", "BAD_ENCODING"),
        ("a.parquet", b"PAR1 and nothing more", "DAMAGED_FILE"),
        ("a.csv", b"\x1f\x8b\x08\x00", "DAMAGED_FILE"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told(tmp_path: Path, name: str, content: bytes, code: str):
    with pytest.raises(FileUnreadable) as refused:
        entries(tmp_path, name, content)
    assert refused.value.code == code
    assert name in str(refused.value)


def test_a_gzip_under_a_plain_name_is_told(tmp_path: Path):
    path = write(tmp_path, "a.csv.gz", HEADER).rename(tmp_path / "a.csv")
    with pytest.raises(FileUnreadable, match="compressed with gzip"):
        open_input(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(FileUnreadable, match="No such file"):
        open_input(tmp_path / "none.csv")


def test_a_gzip_cut_short_gives_what_came_before_and_then_an_error(tmp_path: Path):
    path = write(tmp_path, "a.jsonl.gz", "".join(f'{{"n": {n}, "x": "{n**9}"}}\n' for n in range(20_000)))
    path.write_bytes(path.read_bytes()[:-2_000])
    found = []
    with pytest.raises(FileUnreadable, match="beyond line"):  # noqa: PT012 - what came before counts too
        for entry in read(path):
            found.append(entry)  # noqa: PERF402
    assert len(found) > 10_000


def test_parquet_is_read_with_its_types(tmp_path: Path):
    import datetime as dt
    import decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "n": [1, None],
            "day": [dt.date(2026, 3, 1), None],
            "at": [dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC), None],
            "naive": [dt.datetime(2026, 3, 1, 9), None],  # noqa: DTZ001 - a file may hold such
            "many": [["a", "b"], None],
            "price": [decimal.Decimal("1.10"), None],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    first, second = [entry.values for entry in read(tmp_path / "a.parquet")]  # type: ignore[union-attr]
    assert first == {
        "n": 1, "day": "2026-03-01", "at": "2026-03-01T09:00:00+00:00", "naive": "2026-03-01T09:00:00", "many": ["a", "b"], "price": "1.10",
    }  # fmt: skip
    assert set(second.values()) == {None}


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(FileUnreadable, match=r"membergraph\[parquet\]"):
        entries(tmp_path, "a.parquet", b"PAR1")
