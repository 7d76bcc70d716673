"""Rows are read from every kind of file in which people have them."""

import codecs
import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tools.local.row_files import Refusal, read_rows

ROWS: list[dict[str, Any]] = [
    {"user_id": "u1", "created_at": Decimal("1761998400123.5"), "notification_title": "您的訂單已出貨 📦"},
    {"user_id": "u2", "created_at": 1761998400124, "status": "SENT"},
]
TYPED = [
    {
        name: {"S": value} if isinstance(value, str) else {"N": str(value)}
        for name, value in (row | {"marketing_id": None}).items()
        if value is not None
    }
    for row in ROWS
]


def dumps(value: object, **options: Any) -> str:  # noqa: ANN401  # passed on
    """Return JSON with decimals as numbers."""
    return json.dumps(value, default=float, ensure_ascii=False, **options)


def lines(values: list[Any], end: str = "\n") -> str:
    """Return a JSON value a line."""
    return "".join(dumps(value) + end for value in values)


KINDS = {
    "ndjson": lines(ROWS),
    "no-last-newline": lines(ROWS).rstrip(),
    "blank-lines": lines(ROWS, "\n \n\n"),
    "crlf": lines(ROWS, "\r\n"),
    "cr": lines(ROWS, "\r"),
    "array": dumps(ROWS),
    "pretty-array": dumps(ROWS, indent=2),
    "array-of-lines": "[\n" + ",\n".join(map(dumps, ROWS)) + "\n]\n",
    "nulls": lines([row | {"marketing_id": None, "error_msg": ""} for row in ROWS]),
    "dynamodb-json": lines(TYPED),
    "export": lines([{"Item": row} for row in TYPED]),
    "incremental-export": lines([{"Metadata": {}, "Keys": {}, "NewImage": row} for row in TYPED]),
    "scan": dumps({"Items": TYPED, "Count": 2, "ScannedCount": 2, "ConsumedCapacity": None}, indent=4),
    "scan-of-two-pages": lines([{"Items": TYPED[:1]}, {"Items": TYPED[1:]}]),
}
CSV = {
    ",": 'created_at,user_id,status,notification_title\r\n17.5,u1,,"訂單,\n已""出貨"""\r\n17,u2,SENT,\r\n',
    ";": 'user_id;created_at;notification_title;status\nu1;17.5;"訂單,\n已""出貨"""\nu2;17;;SENT\n',
    "\t": 'user_id\tcreated_at\tstatus\tnotification_title\nu1\t17.5\t\t"訂單,\n已""出貨"""\nu2\t17\tSENT\t\n',
}


def read(folder: Path, content: bytes) -> list[tuple[str, Any]]:
    """Return the places and rows of a file."""
    path = folder / "rows"
    path.write_bytes(content)
    return list(read_rows(path))


@pytest.mark.parametrize("kind", KINDS)
def test_json_of_every_kind_is_read(tmp_path: Path, kind: str) -> None:
    """Lines, lists, DynamoDB JSON; null and empty attributes are left out."""
    assert ROWS == [row for _, row in read(tmp_path, KINDS[kind].encode())]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: gzip.compress(text.encode()),
        lambda text: b"".join(gzip.compress(line.encode()) for line in text.splitlines(keepends=True)),
        lambda text: gzip.compress(text.encode()) + bytes(512),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: gzip.compress(text.encode("utf-16")),
    ],
    ids=["utf-8-bom", "gzip", "gzip-members", "gzip-padded", "utf-16-le", "utf-16-be", "utf-16-gzip"],
)
@pytest.mark.parametrize("kind", ["ndjson", "scan"])
def test_encoding_is_found_in_the_content(tmp_path: Path, encode: Callable[[str], bytes], kind: str) -> None:
    """The name of the file has no say."""
    assert ROWS == [row for _, row in read(tmp_path, encode(KINDS[kind]))]


@pytest.mark.parametrize("delimiter", CSV)
def test_csv_with_a_header_is_read(tmp_path: Path, delimiter: str) -> None:
    """Comma, semicolon or tab; every cell is a text, and an empty cell is left out."""
    expected = [
        {"user_id": "u1", "created_at": "17.5", "notification_title": '訂單,\n已"出貨"'},
        {"user_id": "u2", "created_at": "17", "status": "SENT"},
    ]
    for encoding in ("utf-8-sig", "utf-16"):  # the second one is Excel's "Unicode text"
        assert expected == [row for _, row in read(tmp_path, CSV[delimiter].encode(encoding))]


def test_utf_16_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    """Half a character at the end, and half a pair of surrogates."""
    for end in (b"x", "\ud83d".encode("utf-16-le", "surrogatepass") + b"a\0"):
        *_, (_, last) = read(tmp_path, lines(ROWS).encode("utf-16") + end)
        assert isinstance(last, Refusal)
        assert last.startswith("the file cannot be read from here on: ")


def test_place_is_the_line_or_the_item(tmp_path: Path) -> None:
    """The items of a list are counted; a cell of CSV may have several lines."""
    assert ["line 1", "line 3"] == [place for place, _ in read(tmp_path, b'{"a": 1}\n\n{"a": 2}')]
    assert ["line 1, item 1", "line 1, item 2"] == [
        place for place, _ in read(tmp_path, b'[\n{\n"a": 1\n},\n{"a": 2}\n]')
    ]
    assert ["line 1, item 1", "line 1, item 2"] == [place for place, _ in read(tmp_path, b'[{"a": 1}, {"a": 2}]')]
    assert ["line 3", "line 4"] == [place for place, _ in read(tmp_path, b'user_id,created_at\nu,"1\n"\nv,2\n')]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{]", "not JSON: Expecting property name enclosed in double quotes at column 2"),
        (b"// a comment", "not JSON: Expecting value at column 1"),
        (b'{"user_id": "u", "created_at": NaN}', "not JSON: NaN is not a JSON number"),
        (b"7", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"user_id": "\xb1\xa0"}', "not UTF-8"),
        (b'{"user_id": "\\ud800"}', "a text is not UTF-8"),
        (b'{"user_id": {"L": 7}}', "not DynamoDB JSON: "),
        (b'{"user_id": {"N": "1.00000000000000000000000000000000000000001"}}', "not DynamoDB JSON: "),
    ],
)
def test_line_that_is_not_a_row_spoils_no_other(tmp_path: Path, line: bytes, reason: str) -> None:
    """It is named with its reason, as the first line too."""
    good = b'{"user_id": "u"}'
    for content, place in ((good + b"\n" + line, "line 2"), (line + b"\n" + good, "line 1")):
        found = dict(read(tmp_path, content))
        refused = found.pop(place)
        assert isinstance(refused, Refusal)
        assert refused.startswith(reason)
        assert [{"user_id": "u"}] == list(found.values())


def test_nesting_without_end_is_not_a_row(tmp_path: Path) -> None:
    """It ends nothing but its line."""
    ((_, refused), (_, row)) = read(tmp_path, b'{"a":' * 100_000 + b'\n{"user_id": "u"}')
    assert isinstance(refused, Refusal)
    assert {"user_id": "u"} == row


def test_csv_row_with_too_many_cells_is_refused(tmp_path: Path) -> None:
    """A comma without quotes would move values to other columns."""
    expected = [
        ("line 2", "it has more cells than the header"),
        ("line 3", {"user_id": "v", "created_at": "2"}),
    ]
    assert expected == read(tmp_path, b"user_id,created_at\nu,1,2\nv,2\n")


@pytest.mark.parametrize("spoil", [lambda packed: packed[:-12], lambda packed: packed[:60] + b"\0" * 60 + packed[120:]])
def test_compressed_file_that_breaks_off_is_read_up_to_there(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """The rest is reported as missing."""
    packed = gzip.compress(lines([{"user_id": f"u{number:05}"} for number in range(9_000)]).encode(), mtime=0)
    *rows, (place, last) = read(tmp_path, spoil(packed))
    assert f"line {len(rows) + 1}" == place
    assert last.startswith("the file cannot be read from here on: ")


@pytest.mark.parametrize("content", [b"", b"\n \n", codecs.BOM_UTF8, gzip.compress(b"", mtime=0)])
def test_empty_file_has_no_rows(tmp_path: Path, content: bytes) -> None:
    """Also if it is an empty file of some encoding."""
    assert [] == read(tmp_path, content)
