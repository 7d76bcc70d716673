"""Forged requests to the internal gateway: a wrong signature, an old one, or none."""

import secrets
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lab.connection import Address, request
from tools.local.stack import REGION

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"
_PATH: Final = "/query/user"
_BODY: Final = b'{"user_id": "test_user_001"}'
_OTHER_BODY: Final = b'{"user_id": "test_user_002"}'


class Signer:
    """Signs requests as botocore does, or deliberately wrong: another time, key, region or service."""

    def __init__(self, credentials: Credentials, region: str = REGION, service: str = "execute-api") -> None:
        self._signer = SigV4Auth(credentials, service, region)

    def headers(
        self, address: Address, path: str, body: bytes, *, method: str = "POST", at: datetime | None = None
    ) -> dict[str, str]:
        """Return the headers of a signed request; `at` is the time of the signature."""
        timestamp = (at or datetime.now(UTC)).strftime(_TIMESTAMP)
        host = f"{address.host}:{address.port}"
        url = f"http://{host}{address.prefix}{path}"
        unsigned = AWSRequest(method, url, data=body, headers={"Host": host, "X-Amz-Date": timestamp})
        if self._signer.credentials.token:
            unsigned.headers["X-Amz-Security-Token"] = self._signer.credentials.token
        unsigned.context["timestamp"] = timestamp
        canonical = self._signer.canonical_request(unsigned)
        signature = self._signer.signature(self._signer.string_to_sign(unsigned, canonical), unsigned)
        signed = self._signer.signed_headers(self._signer.headers_to_sign(unsigned))
        authorization = f"AWS4-HMAC-SHA256 Credential={self._signer.scope(unsigned)}, SignedHeaders={signed}, "
        sent = {name: value for name, value in unsigned.headers.items() if name != "Host"}
        return {**sent, "Authorization": authorization + f"Signature={signature}"}


class Forger:
    """Makes forged requests; it has the service's credentials, since most forgeries start from a valid signature."""

    def __init__(self, address: Address, access_key: str, secret_key: str, seed: int) -> None:
        self._address = address
        self._own = Credentials(access_key, secret_key)
        self._chance = Random(seed)  # nosec B311  # not a secret
        elsewhere = Address(address.port + 1, address.prefix)
        self._kinds: dict[str, Callable[[], bytes]] = {
            "not signed": lambda: self._raw({}),
            "another's key": lambda: self._signed(Credentials(secrets.token_hex(10), secret_key)),
            "another secret": lambda: self._signed(Credentials(access_key, secrets.token_urlsafe(30))),
            "an invented session": lambda: self._signed(Credentials(access_key, secret_key, "session")),
            "replayed late": lambda: self._raw(self._headers(at=-self._chance.randrange(302, 90_000))),
            "signed for later": lambda: self._raw(self._headers(at=self._chance.randrange(310, 90_000))),
            "another body": lambda: self._raw(self._headers(), body=_OTHER_BODY),
            "another path": lambda: self._raw(self._headers(), path="/query/fail"),
            "another query string": lambda: self._raw(self._headers(), path=f"{_PATH}?a=b"),
            "another method": lambda: self._raw(Signer(self._own).headers(address, _PATH, _BODY, method="PUT")),
            "another time in its header": lambda: self._raw({**self._headers(at=-600), "X-Amz-Date": _now()}),
            "a character of it changed": self._changed,
            "fewer signed headers": self._fewer_headers,
            "another region": lambda: self._signed(self._own, region="eu-west-1"),
            "another service": lambda: self._signed(self._own, service="dynamodb"),
            "another host": lambda: self._raw(Signer(self._own).headers(elsewhere, _PATH, _BODY)),
            "another scheme": lambda: self._raw({"Authorization": f"Bearer {secrets.token_urlsafe(30)}"}),
            "an API key instead": lambda: self._raw({"x-api-key": secrets.token_urlsafe(20)}),
        }
        self._names = list(self._kinds)

    def valid(self) -> bytes:
        """Return a correctly signed request."""
        return self._raw(self._headers())

    def forged(self, number: int) -> tuple[str, bytes]:
        """Return the kind and the bytes of a forgery; kinds take turns."""
        name = self._names[number % len(self._names)]
        return name, self._kinds[name]()

    def _raw(self, headers: dict[str, str], *, path: str = _PATH, body: bytes = _BODY) -> bytes:
        return request(self._address, path, body, headers=headers)

    def _signed(self, credentials: Credentials, **where: str) -> bytes:
        return self._raw(Signer(credentials, **where).headers(self._address, _PATH, _BODY))

    def _headers(self, at: int = 0) -> dict[str, str]:
        """Return the headers of a valid signature that was made `at` seconds from now."""
        return Signer(self._own).headers(self._address, _PATH, _BODY, at=datetime.now(UTC) + timedelta(seconds=at))

    def _changed(self) -> bytes:
        headers = self._headers()
        whole, place = headers["Authorization"], self._chance.randrange(-64, 0)
        other = self._chance.choice([char for char in "0123456789abcdef" if char != whole[place]])
        changed = whole[:place] + other + (whole[place + 1 :] if place != -1 else "")
        return self._raw({**headers, "Authorization": changed})

    def _fewer_headers(self) -> bytes:
        headers = self._headers()
        changed = headers["Authorization"].replace("SignedHeaders=host;x-amz-date", "SignedHeaders=x-amz-date")
        return self._raw({**headers, "Authorization": changed})


def _now() -> str:
    return datetime.now(UTC).strftime(_TIMESTAMP)
