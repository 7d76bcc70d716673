"""Security of the service's peers: requests to the internal API are signed, positions are sealed."""

import base64
import json
import os
from collections.abc import Generator
from typing import Any, Final

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_cipher: Final = AESGCM(AESGCM.generate_key(256))


class Signed(httpx.Auth):
    """Signs requests with botocore; raises RuntimeError without credentials."""

    requires_request_body = True

    def __init__(self) -> None:
        credentials = Session().get_credentials()
        if credentials is None:
            raise RuntimeError("there are no credentials to sign with")
        self._signer = SigV4Auth(credentials.get_frozen_credentials(), "execute-api", os.environ["AWS_DEFAULT_REGION"])

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers of the signature."""
        headers = {"Content-Type": request.headers["Content-Type"]}
        signed = AWSRequest(request.method, str(request.url), data=request.content, headers=headers)
        self._signer.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request


def seal(position: dict[str, Any], operation: str) -> str:
    """Return an encrypted cursor."""
    nonce = os.urandom(12)
    sealed = _cipher.encrypt(nonce, json.dumps(position).encode(), operation.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()
