"""AWS Signature Version 4 for the internal API Gateway."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, RefreshableCredentials

SERVICE: Final = "execute-api"


class SigV4(httpx.Auth):
    """Signs each request with the credentials of the moment: those of a task role change while the service runs."""

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._credentials = credentials
        self._region = region

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Add X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization."""
        await request.aread()
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
        SigV4Auth(frozen, SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request
