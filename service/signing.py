"""AWS Signature Version 4 for the internal API Gateway."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import httpx
from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials

log = logging.getLogger(__name__)

SERVICE: Final = "execute-api"
# AWS takes a signature that is up to five minutes old; a difference under this is none to act on.
SKEW_SECONDS: Final = 240.0


class SigV4(httpx.Auth):
    """Signs each request with the credentials of the moment: those of a task role change while the service runs.

    A clock that goes wrong is found out from the `Date` of the first refusal: the request is signed anew with AWS's
    time, and so are all that follow. `clock` gives the seconds since 1970.
    """

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str, clock: Callable[[], float] = time.time) -> None:
        self._credentials = credentials
        self._region = region
        self._clock = clock
        self._skew = 0.0

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization."""
        await request.aread()
        await self._sign(request)
        response = yield request
        if response.status_code == HTTPStatus.FORBIDDEN and self._learns(response.headers.get("date", "")):
            await self._sign(request)
            yield request

    async def _sign(self, request: httpx.Request) -> None:
        credentials = self._credentials
        if isinstance(credentials, RefreshableCredentials) and credentials.refresh_needed():
            # Asks the container's credential endpoint, which blocks.
            frozen = await asyncio.to_thread(credentials.get_frozen_credentials)
        else:
            frozen = credentials.get_frozen_credentials()
        signed = AWSRequest(
            request.method,
            str(request.url),
            data=request.content,
            headers={"Content-Type": request.headers.get("Content-Type", "")},
        )
        _Signer(frozen, self._region, self._clock() + self._skew).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))

    def _learns(self, date: str) -> bool:
        """Tell whether the other side's time is one to sign by from now on."""
        try:
            skew = parsedate_to_datetime(date).timestamp() - self._clock()
        except (ValueError, OverflowError):
            return False
        if abs(skew - self._skew) < SKEW_SECONDS:
            return False
        log.warning("clock_skewed", extra={"seconds": round(skew)})
        self._skew = skew
        return True


class _Signer(SigV4Auth):
    """botocore's signature at a time that is given; its own takes none."""

    def __init__(self, credentials: ReadOnlyCredentials, region: str, now: float) -> None:
        super().__init__(credentials, SERVICE, region)
        self._timestamp = datetime.fromtimestamp(now, UTC).strftime(SIGV4_TIMESTAMP)

    def add_auth(self, request: Any) -> None:  # noqa: ANN401  # an AWSRequest, which has no types
        """Add the headers."""
        request.context["timestamp"] = self._timestamp
        self._modify_request_before_signing(request)  # type: ignore[attr-defined]  # not in its types
        text = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(text, request))  # type: ignore[attr-defined]  # as above
