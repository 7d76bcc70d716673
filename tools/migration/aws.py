"""Clients of AWS, or of a local engine that replaces it."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.migration.command import MisuseError

REGION: Final = "ap-southeast-1"
_AMAZON: Final = (".amazonaws.com", ".api.aws")  # the address of a VPC endpoint too
_ENDPOINT: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]*[A-Za-z0-9\]](:[0-9]{1,5})?/?")
ERRORS: Final = (BotoCoreError, ClientError)  # of a call to AWS
# By advice, the codes of errors whose message does not say what to do.
_ADVICE: Final = {
    "check the profile: aws sts get-caller-identity": {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "NoCredentialsError",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    },
    "check --region and the profile": {"EndpointConnectionError", "NoRegionError", "ResourceNotFoundException"},
}


# An AWS that is out of reach is known within seconds, not after minutes.
_CONFIG: Final = Config(connect_timeout=3, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 2})


@dataclass(frozen=True)
class Aws:
    """A region of AWS, or the engine at `endpoint_url` that replaces it; MisuseError if that is not an address."""

    region: str = REGION
    endpoint_url: str | None = None

    def __post_init__(self) -> None:
        if self.endpoint_url is not None and not _ENDPOINT.fullmatch(self.endpoint_url):
            raise MisuseError(
                f"--endpoint-url {self.endpoint_url!r} is no address; write for example http://localhost:8082"
            )

    def client(self, service: str, config: Config | None = None) -> Any:  # noqa: ANN401  # botocore makes it at run time
        """Return a client of one service. A local engine gets made-up credentials, never real ones."""
        where = {"region_name": self.region, "endpoint_url": self.endpoint_url}
        config = _CONFIG.merge(config or Config())
        if self.endpoint_url is None or (urlsplit(self.endpoint_url).hostname or "").endswith(_AMAZON):
            return _session(None).create_client(service, **where, config=config)
        made_up = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}  # nosec B105  # an engine accepts any
        config = Config(proxies={}).merge(config)
        return _session("profile").create_client(service, **where, **made_up, config=config)


def explained(error: Exception) -> str:
    """Return the message of an error of AWS, and what to check if the credentials or the place are wrong."""
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    advice = next((advice for advice, codes in _ADVICE.items() if code in codes), None)
    return f"{error}; {advice}" if advice else str(error)


def items(client: Any, operation: str, name: str, **parameters: Any) -> Iterator[Any]:  # noqa: ANN401  # botocore has no types
    """Yield the items of all pages of an operation; `name` is the field of the page that has them."""
    return filter(None, client.get_paginator(operation).paginate(**parameters).search(f"{name}[]"))


@functools.cache
def _session(without: str | None) -> Any:  # noqa: ANN401  # botocore has no types
    """Return a session without one setting: a local engine must not use the AWS profile of the environment."""
    nothing = (None, None, None, None)
    return botocore.session.Session(session_vars={without: nothing} if without else None)
