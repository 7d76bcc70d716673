"""What Connexion and uvicorn get wrong by themselves, closed at the service: the head of a request.

Every request goes over a real socket, and every answer that is no 2xx is held against the contract's `Problem`.
"""

import json

import pytest

from tests.unit.service.harness import OPERATIONS, Service, code, problem, request

BODY = {"user_id": "test_user_001"}
PATHS = sorted({route.split()[1] for route in OPERATIONS})

JSON_TYPES = {
    "plain": ["Content-Type: application/json"],
    "capitals": ["Content-Type: APPLICATION/JSON"],
    "charset": ["Content-Type: application/json; charset=UTF-8"],
    "quoted_charset": ['content-type:application/json;charset="utf-8"'],
    "other_parameter": ["Content-Type: application/json; profile=x"],
    "trailing_semicolon": ["Content-Type: application/json;"],
    "empty": ["Content-Type:"],
    "twice": ["Content-Type: application/json", "Content-Type: application/json; charset=utf-8"],
    "last_header_counts": ["Content-Type: text/plain", "Content-Type: application/json"],
}
OTHER_TYPES = {
    "without_slash": ["Content-Type: x"],
    "only_slash": ["Content-Type: /"],
    "only_semicolon": ["Content-Type: ;"],
    "text": ["Content-Type: text/plain"],
    "form": ["Content-Type: application/x-www-form-urlencoded"],
    "multipart_without_boundary": ["Content-Type: multipart/form-data"],
    "other_json": ["Content-Type: application/merge-patch+json"],
    "unknown_charset": ["Content-Type: application/json; charset=klingon"],
    "utf16_charset": ["Content-Type: application/json; charset=utf-16"],
    "second_charset": ["Content-Type: application/json; charset=utf-8; charset=utf-16"],
    "empty_charset": ["Content-Type: application/json; charset="],
    "second_header_is_text": ["Content-Type: application/json", "Content-Type: text/plain"],
    "two_in_one_header": ["Content-Type: application/json, text/plain"],
    "not_ascii": ["Content-Type: application/j\xe9son"],
}


@pytest.mark.parametrize("lines", JSON_TYPES.values(), ids=JSON_TYPES)
def test_json_by_any_spelling_is_read_and_checked(service: Service, lines: list[str]) -> None:
    """A spelling of the media type decides nothing: the body is read, and a bad one is refused."""
    assert code(service.post(BODY, "/query/user", *lines)) == "ok"
    assert code(service.post({"user_id": 5}, "/query/user", *lines)) == "invalid_body"


@pytest.mark.parametrize("lines", OTHER_TYPES.values(), ids=OTHER_TYPES)
def test_other_media_types_and_charsets_are_415(service: Service, lines: list[str]) -> None:
    """A body in any other media type or charset never reaches an operation."""
    assert code(service.post(BODY, "/query/user", *lines)) == "unsupported_media_type"
    assert service.upstream.requests == []


def test_missing_content_type_counts_as_json(service: Service) -> None:
    """Without the header the body is checked, and reaches the operation as JSON, not as bytes."""
    head = b"POST /query/user HTTP/1.1\r\nHost: service\r\nContent-Length: %d\r\n\r\n"
    good, bad = b'{"user_id": "u"}', b'{"user_id": 5}'
    assert code(service.exchange(head % len(good) + good)) == "ok"
    assert code(service.exchange(head % len(bad) + bad)) == "invalid_body"


@pytest.mark.parametrize("lines", (JSON_TYPES | OTHER_TYPES).values(), ids=JSON_TYPES | OTHER_TYPES)
def test_a_get_is_answered_with_any_content_type(service: Service, lines: list[str]) -> None:
    """A request without a body has no media type to be wrong about."""
    assert json.loads(service.ask("GET", "/health", *lines).body)["status"] == "ok"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_allow_of_405_names_the_methods_of_the_contract(service: Service, method: str, path: str) -> None:
    """RFC 9110, section 15.5.6: `Allow` lists the methods of the path; GET includes HEAD."""
    allowed = [route.split()[0] for route in OPERATIONS if route.split()[1] == path]
    allowed = [*allowed, "HEAD"] if "GET" in allowed else allowed
    answer = service.ask(method, path)
    if method in allowed:
        assert answer.status != 405
        return
    assert (405, set(allowed)) == (answer.status, set(answer.headers["allow"].split(", ")))
    if method != "HEAD":
        assert code(answer) == "method_not_allowed"


def test_trailing_slash_is_answered_and_not_redirected(service: Service) -> None:
    """API Gateway matches a path with or without a slash at its end."""
    assert code(service.post(BODY, "/query/user/")) == "ok"
    assert code(service.ask("GET", "/health/")) == "ok"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/query",
        "/query/user2",
        "/query/user/x",
        "/QUERY/USER",
        "//query/user",
        "/query//user",
        "/query/./user",
        "/query/../query/user",
        "/query/user%00",
        "/query/user%20",
        "/query/user%0d%0aX-Injected:1",
        "/%ff%fe",
        "/query/user;x=1",
        "/ui",
        "/health/%7Bproxy%7D",
    ],
)
def test_unknown_path_is_404(service: Service, path: str) -> None:
    """Only the paths of the contract are there: none of Connexion's own, and no other spelling of one."""
    assert [code(service.post(BODY, path)), code(service.ask("GET", path))] == ["not_found"] * 2


def test_encoded_slash_is_the_path_that_it_spells(service: Service) -> None:
    """ASGI hands over decoded paths; an encoded one gets the same checks as the plain one, and nothing more."""
    assert code(service.post(BODY, "/query%2Fuser")) == "ok"
    assert code(service.post({}, "/query%2fuser")) == "invalid_body"
    assert code(service.ask("GET", "/query%2Fuser")) == "method_not_allowed"


def test_unknown_query_parameters_are_ignored(service: Service) -> None:
    """They are ignored."""
    assert code(service.post(BODY, "/query/user?limit=0&user_id=other&x=%ff&x=2&=&&")) == "ok"
    assert json.loads(service.upstream.requests[0].content) == BODY


def test_head_has_the_headers_of_get_and_no_body(service: Service) -> None:
    """RFC 9110, section 9.3.2."""
    with service.wire() as wire:
        wire.send(b"HEAD /health HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n")
        answer = wire.read("HEAD")
        length = str(len(service.ask("GET", "/health").body))
        assert (200, length, b"") == (answer.status, answer.headers["content-length"], wire.rest())


def test_no_answer_names_its_server(service: Service) -> None:
    """Versions of our parts are nobody's business."""
    answers = [
        service.post(BODY),
        service.ask("GET", "/health"),
        service.ask("GET", "/"),
    ]
    assert not any("server" in answer.headers or b"uvicorn" in answer.body for answer in answers)


def test_very_long_url_is_answered(service: Service) -> None:
    """A path of 40 kB is unknown, and a query string of 40 kB is ignored."""
    assert code(service.ask("GET", "/" + "x" * 40_000)) == "not_found"
    assert code(service.ask("GET", "/health?" + "x" * 40_000)) == "ok"


@pytest.mark.parametrize("header", ["X-Request-Id", "x-request-id"])
def test_well_formed_request_id_is_kept(service: Service, header: str) -> None:
    """The caller's id comes back on answers good and bad."""
    assert service.post(BODY, "/query/user", f"{header}: Root=1-67a/b+c.d_e-f").headers["x-request-id"] == (
        "Root=1-67a/b+c.d_e-f"
    )
    assert problem(service.ask("GET", "/nothing", f"{header}: own-id"))["request_id"] == "own-id"


@pytest.mark.parametrize("sent", ["", " ", "a b", "x" * 129, "a\xe9", 'a"b', "<script>", "a,b", "a:b"])
def test_bad_request_id_is_replaced(service: Service, sent: str) -> None:
    """What could break a header, a log line or a page never goes on."""
    answer = service.ask("GET", "/nothing", f"X-Request-Id: {sent}")
    assert len(problem(answer)["request_id"]) == 36


def test_repeated_request_on_one_connection(service: Service) -> None:
    """A connection outlives refusals of every kind that were read to their end."""
    with service.wire() as wire:
        for body, expected in [(b"{", "invalid_json"), (b"{}", "invalid_body"), (b'{"user_id":"u"}', "ok")] * 3:
            wire.send(request(body))
            assert code(wire.read()) == expected
