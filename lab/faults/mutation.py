"""Changes requests, events and texts in ways that readers stumble over; the same seed makes the same changes."""

import json
from random import Random
from typing import Any, Final

from lab.faults.corpus import Sent

_LONG: Final = "x" * 5_000
ATOMS: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    100,
    101,
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    10**30,
    1.0,
    0.1,
    -0.0,
    1e308,
    "",
    " ",
    "0",
    "null",
    "tx_002",
    "test_user_001",
    "\u0000",
    "\ud800",
    "\u202e\ufeff",
    "' OR 1=1; --",
    "../../etc",
    "${jndi:x}",
    "{{7*7}}",
    "%00%n%s",
    _LONG,
    [],
    {},
    ["IOS"],
    ["IOS"] * 200,
    [None],
    ["SENT", "SENT"],
    [[[[]]]],
    {"$ref": "#"},
    {"S": "x"},
)
_FIELDS: Final = (
    *("user_id", "marketing_id", "transaction_id", "limit", "cursor", "position", "platform", "status"),
    *("ap_id", "created_from", "created_to", "__proto__", "a/b~c", "", "user_id\u0000"),
)
_MEDIA_TYPES: Final = (
    *("application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json;charset=utf-16"),
    *("text/plain", "x", "", "/", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"),
    *("application/json, text/html", "application/problem+json", 'application/json; charset="', "\xe4"),
)
_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "Content-Type": _MEDIA_TYPES,
    "Accept": ("*/*", "text/html", "", "application/json;q=0", "\xff" * 50),
    "X-Request-Id": ("", "a", "a b", "x" * 129, "x" * 128, "<script>", "\xe9", "a,b", "../", "{}"),
    "X-Request-Timeout-Ms": ("20000", "", "x", "-1", "1e9", "99999999999999999999", "\xb2\xb3", "0x10", "2 0"),
    "Content-Encoding": ("gzip", "identity", "br"),
    "Accept-Encoding": ("gzip", "identity;q=0"),
    "Authorization": ("Bearer x", "Basic Og==", "x"),
    "Cookie": ("a=b", "=" * 100),
    "Forwarded": ("for=1.2.3.4;host=x",),
    "X-Forwarded-For": ("1.2.3.4", "\xe9"),
    "X-Forwarded-Proto": ("https", "gopher"),
    "traceparent": ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "x", "\xe9"),
    "tracestate": ("a=b", "," * 200),
    "X-Amzn-Trace-Id": ("Root=1-5759e988-bd862e3fe1be46a994272793", "Root=", ";=;", "\xe9"),
    "Range": ("bytes=0-1",),
    "If-None-Match": ("*",),
    "Origin": ("null", "https://elsewhere.invalid"),
    "Access-Control-Request-Method": ("POST",),
    "User-Agent": ("", "x" * 500, "\xff"),
}
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
_PATHS: Final = (
    "/",
    "//",
    "/health",
    "/health/",
    "/query",
    "/query/user/",
    "/query/user/x",
    "/QUERY/USER",
    "/failed?x=y",
)
_SEGMENTS: Final = ("%00", "%2e%2e/", "..;/", "%ff", "%", "?a=b&a=c", "?%", ";x=y", "/.", "%2f", "x" * 300, "%E2%82%AC")


def request(chance: Random, sent: Sent) -> Sent:
    """Return a request that differs from `sent` in one to three places."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        sent = chance.choice((_json, _json, _json, _bytes, _header, _header, _target))(chance, sent)
    return sent


def event(chance: Random, whole: dict[str, Any]) -> dict[str, Any]:
    """Return a proxy event that differs from `whole` in one or two of its members."""
    changed = dict(whole)
    for _ in range(chance.choice((0, 1, 1, 2))):
        name = chance.choice([*whole, "unknown"])
        if chance.random() < 0.3:
            changed.pop(name, None)
        else:
            changed[name] = chance.choice(ATOMS)
    return changed


def text(chance: Random, whole: str, alphabet: str) -> str:
    """Return a text that differs from `whole`: changed, cut, longer, or with two of its places swapped."""
    while True:
        changed = chance.choice((_replaced, _replaced, _removed, _inserted, _cut, _swapped))(chance, whole, alphabet)
        if changed != whole:
            return changed


def _json(chance: Random, sent: Sent) -> Sent:
    try:
        body = json.loads(sent.body)
    except (ValueError, RecursionError):  # no JSON, or nested too deeply to change
        return sent
    if not isinstance(body, dict):
        return sent._replace(body=_dumped(chance.choice(ATOMS)))
    field = chance.choice([*body, *_FIELDS])
    kind = chance.randrange(5)
    if kind == 0:
        body.pop(field, None)
    elif kind == 1 and isinstance(body.get(field), list):
        body[field] = [*body[field], chance.choice(ATOMS)]
    elif kind == 2:
        return sent._replace(body=_twice(body, field, chance))
    else:
        body[field] = chance.choice(ATOMS)
    return sent._replace(body=_dumped(body))


def _twice(body: dict[str, Any], field: str, chance: Random) -> bytes:
    """Say a field twice, which no dictionary can."""
    once = _dumped({field: chance.choice(ATOMS)})
    return once[:-1] + (b", " if body else b"") + _dumped(body)[1:]


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


def _bytes(chance: Random, sent: Sent) -> Sent:
    raw = bytearray(sent.body)
    place = chance.randrange(len(raw) + 1)
    kind = chance.randrange(4)
    if kind == 0:
        del raw[place:]
    elif kind == 1:
        raw[place:place] = chance.choice(
            (b"\x00", b"\xff", b"\xef\xbb\xbf", b"[" * 2_000, b"NaN", b"1e999", b"\\ud800")
        )
    elif raw and kind == 2:
        raw[place % len(raw)] ^= 1 << chance.randrange(8)
    else:
        raw *= 2
    return sent._replace(body=bytes(raw))


def _header(chance: Random, sent: Sent) -> Sent:
    name = chance.choice(tuple(_HEADERS))
    return sent._replace(headers={**sent.headers, name: chance.choice(_HEADERS[name])})


def _target(chance: Random, sent: Sent) -> Sent:
    kind = chance.randrange(3)
    if kind == 0:
        return sent._replace(method=chance.choice(_METHODS))
    return sent._replace(path=chance.choice(_PATHS) if kind == 1 else sent.path + chance.choice(_SEGMENTS))


def _replaced(chance: Random, whole: str, alphabet: str) -> str:
    place = chance.randrange(len(whole))
    return whole[:place] + chance.choice(alphabet) + whole[place + 1 :]


def _removed(chance: Random, whole: str, _alphabet: str) -> str:
    place = chance.randrange(len(whole))
    return whole[:place] + whole[place + 1 :]


def _inserted(chance: Random, whole: str, alphabet: str) -> str:
    place = chance.randrange(len(whole) + 1)
    return whole[:place] + chance.choice(alphabet) + whole[place:]


def _cut(chance: Random, whole: str, _alphabet: str) -> str:
    return whole[: chance.randrange(len(whole))]


def _swapped(chance: Random, whole: str, _alphabet: str) -> str:
    one, other = sorted(chance.sample(range(len(whole)), 2))
    return whole[:one] + whole[other] + whole[one + 1 : other] + whole[one] + whole[other + 1 :]
