"""Requests to the internal gateway whose signature is not theirs, not of this moment, or none."""

import secrets
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from botocore.credentials import Credentials

from lab.faults.connection import Address, request
from lab.faults.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH: Final = "/query/user"
_BODY: Final = b'{"user_id": "test_user_001"}'
_OTHER_BODY: Final = b'{"user_id": "test_user_002"}'


class Forger:
    """Makes them; it knows the service's credentials, since most forgeries begin with a decent signature."""

    def __init__(self, address: Address, access_key: str, secret_key: str, seed: int) -> None:
        self._address = address
        self._own = Signer(credentials=Credentials(access_key, secret_key))
        self._access_key = access_key
        self._secret_key = secret_key
        self._chance = Random(seed)  # nosec B311  # no secret
        self._kinds: dict[str, Callable[[], bytes]] = {
            "not signed": lambda: self._raw({}),
            "another's key": lambda: self._by(Credentials(secrets.token_hex(10), secret_key)),
            "another secret": lambda: self._by(Credentials(access_key, secrets.token_urlsafe(30))),
            "a session that is none": lambda: self._by(Credentials(access_key, secret_key, "session")),
            "replayed late": lambda: self._at(timedelta(seconds=-self._chance.randrange(302, 90_000))),
            "signed for later": lambda: self._at(timedelta(seconds=self._chance.randrange(310, 90_000))),
            "another body": lambda: self._raw(self._signed(), body=_OTHER_BODY),
            "another path": lambda: self._raw(self._signed(), path="/query/fail"),
            "another query string": lambda: self._raw(self._signed(), path=f"{_PATH}?a=b"),
            "another method": lambda: self._raw(self._own.headers(address, _PATH, _BODY, method="PUT")),
            "another time in its header": self._another_time,
            "a character of it changed": self._changed,
            "fewer signed headers": self._fewer_headers,
            "another region": lambda: self._raw(self._elsewhere(region="eu-west-1")),
            "another service": lambda: self._raw(self._elsewhere(service="dynamodb")),
            "another host": lambda: self._raw(
                self._own.headers(Address(address.port + 1, address.prefix), _PATH, _BODY)
            ),
            "another scheme": lambda: self._raw({"Authorization": f"Bearer {secrets.token_urlsafe(30)}"}),
            "an API key instead": lambda: self._raw({"x-api-key": secrets.token_urlsafe(20)}),
        }
        self._names = list(self._kinds)

    def decent(self) -> bytes:
        """Return a request that is signed as it should be."""
        return self._raw(self._signed())

    def forged(self, number: int) -> tuple[str, bytes]:
        """Return a forgery and its kind, each kind in turn."""
        name = self._names[number % len(self._names)]
        return name, self._kinds[name]()

    def _raw(self, headers: dict[str, str], *, path: str = _PATH, body: bytes = _BODY) -> bytes:
        return request(self._address, path, body, headers=headers)

    def _signed(self) -> dict[str, str]:
        return self._own.headers(self._address, _PATH, _BODY)

    def _by(self, credentials: Credentials) -> bytes:
        return self._raw(Signer(credentials=credentials).headers(self._address, _PATH, _BODY))

    def _at(self, offset: timedelta) -> bytes:
        return self._raw(self._own.headers(self._address, _PATH, _BODY, at=datetime.now(UTC) + offset))

    def _elsewhere(self, **where: str) -> dict[str, str]:
        signer = Signer(credentials=Credentials(self._access_key, self._secret_key), **where)
        return signer.headers(self._address, _PATH, _BODY)

    def _another_time(self) -> bytes:
        """Bring an old signature up to date."""
        old = self._own.headers(self._address, _PATH, _BODY, at=datetime.now(UTC) - timedelta(minutes=10))
        return self._raw({**old, "X-Amz-Date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"})

    def _changed(self) -> bytes:
        headers = self._signed()
        place = self._chance.randrange(-64, 0)
        whole = headers["Authorization"]
        other = self._chance.choice([char for char in "0123456789abcdef" if char != whole[place]])
        changed = whole[:place] + other + (whole[place + 1 :] if place != -1 else "")
        return self._raw({**headers, "Authorization": changed})

    def _fewer_headers(self) -> bytes:
        headers = self._signed()
        changed = headers["Authorization"].replace("SignedHeaders=host;x-amz-date", "SignedHeaders=x-amz-date")
        return self._raw({**headers, "Authorization": changed})
