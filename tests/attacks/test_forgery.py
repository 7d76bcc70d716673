"""Forged cursors, API keys and signatures: none is accepted."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import hypothesis
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.problem import ProblemError
from service.cursors import Cursors
from tests.attacks.mutations import ATTACKS
from tests.gateways import FOREIGN, FUNCTIONS, KEYS, NOW, TASK, Answered, Sent, build, contract, send, sign
from tools.local.stack import Stack

IN_PROCESS = hypothesis.settings(ATTACKS, max_examples=10 * ATTACKS.max_examples)
TEXT = "ABCxyz019-_=+/ \n.\xe9\0"
SECRETS = {"k2": secrets.token_bytes(32), "k1": secrets.token_bytes(32)}
FILTERS = {"user_id": "u", "platform": ["IOS"]}
QUERY = {"user_id": "test_user_001", "limit": 1}
OPENER = Cursors(SECRETS)
ISSUED = [
    cursors.seal({"user_id": name, "created_at": "1"}, "query_user", FILTERS)
    for cursors in (OPENER, Cursors(dict(reversed(SECRETS.items()))))
    for name in ("u", "uu", "uuu")
]
KEY = KEYS[0].value
INTERNAL = Sent(method="POST", path="/v1/query/user", body=b'{"user_id": "u"}')
SIGNED = sign(INTERNAL)
SIGNATURE = dict(SIGNED.headers)["authorization"].rpartition("=")[2]


@st.composite
def edited(draw: st.DrawFn, whole: bytes, part: st.SearchStrategy[bytes]) -> bytes:
    """Return other bytes than `whole`: a slice replaced, removed or inserted."""
    start = draw(st.integers(0, len(whole)))
    changed = whole[:start] + draw(part) + whole[start + draw(st.integers(0, 4)) :]
    assume(changed != whole)
    return changed


def text_edited(whole: str) -> st.SearchStrategy[str]:
    """Draw a text that differs from `whole`."""
    return edited(whole.encode(), st.text(TEXT, max_size=3).map(str.encode)).map(bytes.decode)


def raw(cursor: str) -> bytes:
    """Return the bytes of a cursor."""
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


def written(content: bytes) -> str:
    """Return a cursor with these bytes."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def spliced(one: str, other: str, place: int) -> str:
    """Return the start of one cursor and the end of another."""
    return written(raw(one)[:place] + raw(other)[place:])


def renamed(cursor: str, key_id: bytes, length: int) -> str:
    """Return a cursor with another key id, or a wrong length of it."""
    content = raw(cursor)
    return written(content[:1] + bytes([length]) + key_id + content[2 + content[1] :])


CURSOR = st.sampled_from(ISSUED)
KEY_IDS = st.sampled_from((b"", b"k1", b"k2", b"k3", b"K1", b"k", b"x" * 255))
FORGED = st.one_of(
    CURSOR.flatmap(text_edited),
    CURSOR.flatmap(lambda cursor: edited(raw(cursor), st.binary(max_size=4))).map(written),
    st.builds(spliced, CURSOR, CURSOR, st.integers(1, 60)),
    st.builds(renamed, CURSOR, KEY_IDS, st.sampled_from((0, 1, 2, 3, 255))),
    st.binary(max_size=200).map(written),
).filter(lambda cursor: cursor not in ISSUED)


@IN_PROCESS
@given(FORGED)
def test_no_forged_cursor_opens(cursor: str) -> None:
    """Characters or bytes changed, parts of two, another key id, random bytes."""
    with pytest.raises(ProblemError) as caught:
        OPENER.open(cursor, "query_user", FILTERS)
    assert "invalid_cursor" == caught.value.code


def test_issued_cursors_open() -> None:
    """The forgeries start from cursors that are valid."""
    assert ["u", "uu", "uuu"] * 2 == [OPENER.open(one, "query_user", FILTERS)[1]["user_id"] for one in ISSUED]


def test_no_forged_cursor_is_accepted_over_http(stack: Stack) -> None:
    """The service refuses changed cursors with 400, and opens the unchanged one."""
    with httpx.Client(base_url=stack.service_url, trust_env=False, timeout=60) as client:
        issued = client.post("/query/user", json=QUERY).json()["next_cursor"]
        assert 200 == client.post("/query/user", json={**QUERY, "cursor": issued}).status_code

        @ATTACKS
        @given(text_edited(issued))
        def attack(cursor: str) -> None:
            assert 400 == client.post("/query/user", json={**QUERY, "cursor": cursor}).status_code

        attack()


def call(name: str, sent: Sent) -> tuple[Answered, int]:
    """Send a request to a gateway; return its answer, and how many calls reached the function."""
    calls = []

    def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
        calls.append(1)
        return {"statusCode": 200, "headers": {}, "body": "{}"}

    return send(build(contract(name), handler, function=FUNCTIONS[name]), sent), len(calls)


def with_headers(*headers: tuple[str, str], query: str = "") -> Sent:
    """Return a request to the public API with these headers."""
    return replace(INTERNAL, headers=(("content-type", "application/json"), *headers), query=query)


WRONG_KEY = st.one_of(
    st.one_of(text_edited(KEY), st.sampled_from((KEYS[1].value, "", KEY.swapcase(), f"{KEY},{KEY}", f'"{KEY}"')))
    .filter(lambda key: key.strip() != KEY)
    .map(lambda key: with_headers(("x-api-key", key))),
    st.sampled_from(("api-key", "authorization", "x-api_key", "cookie")).map(lambda name: with_headers((name, KEY))),
    st.sampled_from(("x-api-key", "api_key", "apiKey")).map(lambda name: with_headers(query=f"{name}={KEY}")),
)


@ATTACKS
@given(WRONG_KEY)
def test_no_wrong_api_key_is_let_in(sent: Sent) -> None:
    """Changed, disabled, empty or doubled keys, and the right one in the wrong place."""
    answer, calls = call("public", sent)
    assert (403, 0) == (answer.status, calls)


def test_the_right_api_key_is_let_in() -> None:
    """The wrong ones fail because of the key alone."""
    assert 1 == call("public", with_headers(("x-api-key", KEY)))[1]


def with_signature(signature: str) -> Sent:
    """Return the signed request with another signature."""
    headers = dict(SIGNED.headers)
    headers["authorization"] = headers["authorization"].replace(SIGNATURE, signature)
    return replace(SIGNED, headers=tuple(headers.items()))


LATE = st.integers(302, 90_000) | st.integers(-90_000, -302)
TRANSPORTED: dict[str, Callable[[Sent], Sent]] = {
    "body": lambda sent: replace(sent, body=b'{"user_id": "v"}'),
    "path": lambda sent: replace(sent, path="/v1/query/fail"),
    "query": lambda sent: replace(sent, query="a=b"),
    "method": lambda _: replace(sign(replace(INTERNAL, method="PUT")), method="POST"),
    "host": lambda sent: replace(sent, headers=(*(pair for pair in sent.headers if pair[0] != "host"), ("host", "h"))),
}
FORGED_REQUEST = st.one_of(
    LATE.map(lambda seconds: sign(INTERNAL, at=NOW + timedelta(seconds=seconds))),
    st.sampled_from(sorted(TRANSPORTED)).map(lambda name: TRANSPORTED[name](SIGNED)),
    st.text("abc123", min_size=1).map(lambda secret: sign(INTERNAL, replace(TASK, secret_key=secret))),
    st.text("ABC123", min_size=1).map(lambda key: sign(INTERNAL, replace(TASK, access_key=key))),
    st.sampled_from((sign(INTERNAL, region="eu-west-1"), sign(INTERNAL, replace(TASK, session_token="invented")))),
    st.sampled_from((INTERNAL, sign(INTERNAL, FOREIGN), with_headers(("x-api-key", KEY), ("authorization", "x")))),
    text_edited(SIGNATURE).map(str.strip).filter(lambda signature: signature != SIGNATURE).map(with_signature),
)


@ATTACKS
@given(FORGED_REQUEST)
def test_no_forged_signature_is_let_in(sent: Sent) -> None:
    """Another key, secret, session, time, region or identity; a signed request with something changed."""
    answer, calls = call("internal", sent)
    assert (403, 0) == (answer.status, calls)
    assert json.loads(answer.body)["code"] in {"invalid_signature", "missing_authentication_token", "access_denied"}


def test_the_right_signature_is_let_in() -> None:
    """The forged ones fail because of the signature alone."""
    assert 1 == call("internal", SIGNED)[1]
