"""What Connexion gets wrong by itself about a request body, closed at the service; over a real socket."""

import json
from typing import Any

import pytest

from tests.unit.service.harness import JSON, Service, code, problem, request

DEEP = 2_000
NOT_JSON = {
    "empty": b"",
    "blank": b" \n",
    "text": b"user",
    "half": b'{"user_id": "u"',
    "two": b'{"user_id": "u"} {}',
    "comment": b'{"user_id": "u"} // x',
    "trailing_comma": b'{"user_id": "u",}',
    "single_quotes": b"{'user_id': 'u'}",
    "form": b"user_id=u",
    "invalid_utf8": b'{"user_id": "\xff"}',
    "overlong_utf8": b'{"user_id": "\xc0\xaf"}',
    "surrogate_in_utf8": b'{"user_id": "\xed\xa0\x80"}',
    "latin1": '{"user_id": "é"}'.encode("latin-1"),
    "utf16": '{"user_id": "u"}'.encode("utf-16"),
    "utf16_without_bom": '{"user_id": "u"}'.encode("utf-16-le"),
    "utf32": '{"user_id": "u"}'.encode("utf-32"),
    "byte_order_mark": '\ufeff{"user_id": "u"}'.encode(),
    "raw_nul": b'{"user_id": "a\x00b"}',
    "raw_newline": b'{"user_id": "a\nb"}',
    "nan": b'{"user_id": "u", "limit": NaN}',
    "infinity": b'{"user_id": "u", "created_from": Infinity}',
    "negative_infinity": b'{"user_id": "u", "created_from": -Infinity}',
    "integer_of_5000_digits": b'{"user_id": "u", "limit": %s}' % (b"1" * 5_000),
    "huge_exponent": b'{"user_id": "u", "limit": 1e999}',
    "underscore": b'{"user_id": "u", "limit": 1_0}',
    "plus": b'{"user_id": "u", "limit": +5}',
    "leading_zero": b'{"user_id": "u", "limit": 05}',
    "arabic_digits": '{"user_id": "u", "limit": \u0665}'.encode(),
    "hexadecimal": b'{"user_id": "u", "limit": 0x10}',
    "lone_high_surrogate": rb'{"user_id": "\ud800"}',
    "lone_low_surrogate": rb'{"user_id": "a\udc00"}',
    "swapped_surrogates": rb'{"user_id": "\udc00\ud800"}',
    "duplicate_key": b'{"user_id": "a", "user_id": "b"}',
    "duplicate_key_escaped": rb'{"user_id": "a", "user_\u0069d": "b"}',
    "duplicate_key_same_value": b'{"user_id": "a", "limit": 1, "limit": 1}',
    "duplicate_key_nested": b'{"user_id": "a", "platform": [{"x": 1, "x": 2}]}',
    "nested_arrays": b"[" * DEEP + b"]" * DEEP,
    "nested_objects": b'{"user_id":' * DEEP + b"1" + b"}" * DEEP,
    "nested_arrays_in_a_field": b'{"user_id": %s}' % (b"[" * 300 + b"]" * 300),
    "nested_objects_in_a_field": b'{"user_id": "u", "x": %s}' % (b'{"x":' * 1_000 + b"1" + b"}" * 1_000),
    "unclosed_arrays": b"[" * 40_000,
}
AGAINST_CONTRACT: dict[str, tuple[str, Any]] = {
    "null": ("#", None),
    "array": ("#", [{"user_id": "u"}]),
    "string": ("#", "user"),
    "number": ("#", 5),
    "missing": ("#/user_id", {}),
    "unknown_field": ("#/userid", {"user_id": "u", "userid": "u"}),
    "field_of_another_operation": ("#/position", {"user_id": "u", "position": {}}),
    "null_of_a_required_field": ("#/user_id", {"user_id": None}),
    "empty_user": ("#/user_id", {"user_id": ""}),
    "long_user": ("#/user_id", {"user_id": "x" * 257}),
    "nul_in_user": ("#/user_id", {"user_id": "a\0b"}),
    "newline_in_user": ("#/user_id", {"user_id": "test_user_001\n"}),
    "limit_0": ("#/limit", {"user_id": "u", "limit": 0}),
    "limit_negative": ("#/limit", {"user_id": "u", "limit": -1}),
    "limit_101": ("#/limit", {"user_id": "u", "limit": 101}),
    "limit_of_30_digits": ("#/limit", {"user_id": "u", "limit": 10**30}),
    "limit_of_64_bits": ("#/limit", {"user_id": "u", "limit": 2**64}),
    "limit_with_fraction": ("#/limit", {"user_id": "u", "limit": 1.5}),
    "limit_1.0": ("#/limit", {"user_id": "u", "limit": 1.0}),
    "limit_1e2": ("#/limit", b'{"user_id": "u", "limit": 1e2}'),
    "limit_true": ("#/limit", {"user_id": "u", "limit": True}),
    "limit_text": ("#/limit", {"user_id": "u", "limit": "5"}),
    "limit_text_with_blank": ("#/limit", {"user_id": "u", "limit": "5 "}),
    "limit_text_with_underscore": ("#/limit", {"user_id": "u", "limit": "1_0"}),
    "limit_arabic_text": ("#/limit", {"user_id": "u", "limit": "\u0665"}),
    "empty_list": ("#/platform", {"user_id": "u", "platform": []}),
    "value_twice": ("#/platform", {"user_id": "u", "platform": ["IOS", "IOS"]}),
    "long_platform": ("#/platform/1", {"user_id": "u", "platform": ["IOS", "x" * 65]}),
    "null_in_list": ("#/status/0", {"user_id": "u", "status": [None]}),
    "list_as_text": ("#/status", {"user_id": "u", "status": "FAILED"}),
    "time_too_late": ("#/created_to", {"user_id": "u", "created_to": 10**13}),
    "cursor_with_newline": ("#/cursor", {"user_id": "u", "cursor": "abc\n"}),
    "cursor_with_padding": ("#/cursor", {"user_id": "u", "cursor": "abc="}),
    "cursor_too_long": ("#/cursor", {"user_id": "u", "cursor": "a" * 20_001}),
    "key_with_slash_and_tilde": ("#/a~1b~0c", {"user_id": "u", "a/b~c": 1}),
    "key_with_control_characters": ("#/a?b?", {"user_id": "u", "a\nb\0": 1}),
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_invalid_json_is_400(service: Service, body: bytes) -> None:
    """Not one of them is a 500, and none reaches an operation."""
    assert code(service.post(body)) == "invalid_json"
    assert service.upstream.requests == []


@pytest.mark.parametrize(("pointer", "body"), AGAINST_CONTRACT.values(), ids=AGAINST_CONTRACT)
def test_violations_of_the_contract_are_named(service: Service, pointer: str, body: Any) -> None:  # noqa: ANN401  # any JSON
    """The problem points to the field, and `detail` names it too."""
    found = problem(service.post(body if isinstance(body, bytes) else json.dumps(body).encode()))
    assert ("invalid_body", pointer) == (found["code"], found["errors"][0]["pointer"])
    assert pointer.removeprefix("#/") in found["detail"]


def test_refusal_does_not_repeat_the_value(service: Service) -> None:
    """A value may be anybody's, or a megabyte long."""
    secret = "someone@example.com"
    bodies: list[dict[str, Any]] = [
        {"user_id": "u", "limit": secret},
        {"user_id": "u", "platform": [secret]},
        {"user_id": secret * 99},
    ]
    assert not any(secret.encode() in service.post(body).body for body in bodies)


def test_many_errors_are_one_sentence(service: Service) -> None:
    """Thousands of errors in one body are not listed: that would take longer than many queries."""
    body = b'{"user_id": "u", "platform": [%s]}' % b",".join([b"1"] * 15_000)
    found = problem(service.post(body))
    assert ("invalid_body", "The body has too many values.", False) == (
        found["code"],
        found["detail"],
        "errors" in found,
    )


def test_many_unknown_fields_are_cut_off(service: Service) -> None:
    """The size of an answer does not grow with the body."""
    names = {f"{i}" + "x" * 350: 1 for i in range(90)}
    answer = service.post({"user_id": "u"} | names)
    assert (10, True) == (len(problem(answer)["errors"]), len(answer.body) < 4_000)


@pytest.mark.parametrize(
    "body",
    [
        {"user_id": "u", "limit": None, "cursor": None, "status": None, "platform": None, "ap_id": None},
        {"user_id": "u", "created_from": None, "created_to": None},
        {"user_id": "u"},
    ],
)
def test_null_means_the_same_as_leaving_out(service: Service, body: dict[str, Any]) -> None:
    """The guide's own client sends `"limit": null`."""
    assert code(service.post(body)) == "ok"
    assert json.loads(service.upstream.requests[0].content) == {"user_id": "u"}


@pytest.mark.parametrize("user", ["使用者", "😀", "a b", "\u2028", "\x80", '"\\/', "x" * 256])
def test_any_printable_text_goes_through_unchanged(service: Service, user: str) -> None:
    """Ids are the sending application's business."""
    assert code(service.post({"user_id": user})) == "ok"
    assert json.loads(service.upstream.requests[0].content) == {"user_id": user}


def test_escaped_surrogate_pair_is_one_character(service: Service) -> None:
    """Python's encoder writes characters beyond the basic plane as surrogate pairs."""
    assert code(service.post(rb'{"user_id": "\ud83d\ude00"}')) == "ok"
    assert json.loads(service.upstream.requests[0].content) == {"user_id": "😀"}


def test_largest_body_is_read_and_one_byte_more_is_413(service: Service) -> None:
    """The bound is 64 KiB for any content."""
    body = b'{"user_id": "u"}'.ljust(65_536)
    assert code(service.post(body)) == "ok"
    assert code(service.post(body + b" ")) == "body_too_large"


def test_announced_body_over_the_bound_is_413_before_it_is_sent(service: Service) -> None:
    """Content-Length is enough to know."""
    head = f"POST /query/user HTTP/1.1\r\nHost: service\r\n{JSON}\r\nContent-Length: 65537\r\n\r\n"
    assert code(service.exchange(head.encode())) == "body_too_large"


def test_chunked_body_without_content_length_is_read(service: Service) -> None:
    """RFC 9112, section 7.1."""
    assert code(service.exchange(_chunked(b'{"user_', b'id": "', b'u"}', b""))) == "ok"
    assert code(service.exchange(_chunked(b'{"user_', b"id", b""))) == "invalid_json"
    assert code(service.exchange(_chunked(b""))) == "invalid_json"


def test_chunked_body_over_the_bound_is_413_before_its_end(service: Service) -> None:
    """The answer comes although the last chunk never does."""
    assert code(service.exchange(_chunked(*[b"x" * 8_192] * 9))) == "body_too_large"


def _chunked(*chunks: bytes) -> bytes:
    head = request(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
