import gzip
import io
import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from tools.contract.bundle import bundle
from tools.local.ndjson import RecordError, Refusal, parse_record, read_records

_RECORD = {
    "user_id": "test_user_001",
    "created_at": 1761998400123,
    "transaction_id": "tx_002",
    "status": "FAILED",
    "marketing_id": "campaign_2026_spring",
    "notification_title": "您的訂單已出貨 📦",
    "platform": "IOS",
    "error_msg": "",
    "ap_id": "mobile-app-001",
}


def _line(**changes: object) -> str:
    return json.dumps({"user_id": "u", "created_at": 1, **changes}, ensure_ascii=False)


def test_a_record_keeps_every_field() -> None:
    """All nine fields come back as they stand in the line, the time as a decimal."""
    expected = {**_RECORD, "created_at": Decimal(1761998400123)}

    assert expected == parse_record(json.dumps(_RECORD))


def test_the_fields_are_those_of_the_contract() -> None:
    """Whoever brings rows may bring all that an answer may have."""
    fields = bundle("public")["components"]["schemas"]["Record"]["properties"]
    row = dict.fromkeys(fields, "stored") | {"created_at": 1}
    assert set(fields) == parse_record(json.dumps(row)).keys()


def test_only_the_tables_keys_are_needed() -> None:
    """Rows without a campaign, a transaction or a status are stored by real writers too."""
    expected = {"user_id": "u", "created_at": Decimal(1)}

    assert expected == parse_record('{"user_id": "u", "created_at": 1}')


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("1761998400123.483920117264", "1761998400123.483920117264"),
        ('"1761998400123.483920117264"', "1761998400123.483920117264"),
        ("9999999999999.9999999999999999999999999", "9999999999999.9999999999999999999999999"),
        ("1.0", "1"),
        ('"1.0"', "1"),
        ("1e3", "1E+3"),
        ('"0001"', "1"),
        ("0", "0"),
        ("-0.0", "0"),
    ],
)
def test_a_time_is_read_digit_by_digit(written: str, digits: str) -> None:
    """No digit is lost to binary floating point, and each time has one form."""
    row = parse_record(f'{{"user_id": "u", "created_at": {written}}}')

    assert digits == str(row["created_at"])


@pytest.mark.parametrize(
    "written",
    [
        *("-1", "10000000000000", "1E+400", "1E-400", "1e9999999999999999999", "true", "null", "[]", '""', '" 1"'),
        *('"1e3"', '"-1"', '"1,5"', '"NaN"', '"\u0661"', '"2026-11-01"', "1.00000000000000000000000000000000000001"),
    ],
)
def test_a_time_that_the_table_cannot_hold_is_refused(written: str) -> None:
    """A time is epoch milliseconds of at most 13 digits before the point and 38 in all."""
    with pytest.raises(RecordError, match=r"^created_at is "):
        parse_record(f'{{"user_id": "u", "created_at": {written}}}')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes at column 2"),
        ("{} {}", "not JSON: Extra data at column 4"),
        ('{"user_id": "u", "created_at": NaN}', "not JSON: NaN is no JSON number"),
        ('{"user_id": "u", "created_at": -Infinity}', "not JSON: -Infinity is no JSON number"),
        ('{"user_id": "u\t", "created_at": 1}', "not JSON: Invalid control character at at column 15"),
        ("[" * 100_000, "not JSON that a record could be: nested too deeply"),
        ("[]", "not a JSON object"),
        ("1", "not a JSON object"),
        ('{"user_id": "u", "user_id": "v", "created_at": 1}', 'field "user_id" twice'),
        ("{}", "user_id and created_at missing"),
        ('{"user_id": "u"}', "created_at missing"),
        (_line(marketingId="m"), 'unknown field "marketingId"'),
        (_line(**{"\x1b[2J": 1}), 'unknown field "\\u001b[2J"'),
        (_line(status=None), "status is not a string"),
        (_line(platform=1), "platform is not a string"),
        (_line(ap_id=["a"]), "ap_id is not a string"),
        (_line(user_id=""), "user_id is a key and has 0 bytes, not 1 to 2048"),
        (_line(marketing_id=""), "marketing_id is a key and has 0 bytes, not 1 to 2048"),
        (_line(status="字" * 342), "status is a key and has 1026 bytes, not 1 to 1024"),
        (_line(error_msg="x" * 400 * 1024), "larger than the 400 KB that DynamoDB takes"),
        ('{"user_id": "\\ud800", "created_at": 1}', "user_id has half of a surrogate pair"),
    ],
)
def test_a_line_that_is_no_record_is_refused_with_the_reason(text: str, reason: str) -> None:
    """What is wrong is said in one line that can be printed, without a value of the record."""
    with pytest.raises(RecordError) as refused:
        parse_record(text)

    assert reason == str(refused.value)


def test_lines_are_judged_one_by_one_and_numbered_from_one() -> None:
    """A byte order mark, blank lines and Windows line ends are no faults; a bad line spoils no other."""
    content = b'\xef\xbb\xbf{"user_id":"a","created_at":1}\r\n\n  \n{]\n\xff\xfe\n{"user_id":"b","created_at":2}'
    expected = [
        (1, {"user_id": "a", "created_at": Decimal(1)}),
        Refusal(4, "not JSON: Expecting property name enclosed in double quotes at column 2"),
        Refusal(5, "not UTF-8"),
        (6, {"user_id": "b", "created_at": Decimal(2)}),
    ]

    assert expected == list(read_records(io.BytesIO(content)))


def test_a_line_of_any_length_is_skipped_without_being_held() -> None:
    """A file without line ends is refused piece by piece; the next line is read as usual."""
    content = b"x" * 6_000_000 + b'\n{"user_id":"a","created_at":1}\n'
    expected = [Refusal(1, "longer than 2457600 bytes"), (2, {"user_id": "a", "created_at": Decimal(1)})]

    assert expected == list(read_records(io.BytesIO(content)))


@pytest.mark.parametrize("spoil", [lambda packed: packed[:-12], lambda packed: packed[:60] + b"\0" * 60 + packed[120:]])
def test_a_compressed_file_that_breaks_off_is_refused_from_there(spoil: Callable[[bytes], bytes]) -> None:
    """What could be unpacked is read; that the rest is missing is said and not passed over."""
    packed = gzip.compress("".join(f"{_line(created_at=number)}\n" for number in range(1000)).encode(), mtime=0)

    *rows, last = read_records(gzip.GzipFile(fileobj=io.BytesIO(spoil(packed))))

    assert isinstance(last, Refusal)
    assert len(rows) + 1 == last.line
    assert last.reason.startswith("the file cannot be unpacked from here on: ")
