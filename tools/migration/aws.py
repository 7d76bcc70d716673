"""Clients of AWS, or of a local engine that replaces it."""

import functools
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

REGION: Final = "ap-southeast-1"
# Every error of a call to AWS.
ERRORS: Final = (BotoCoreError, ClientError)


@dataclass(frozen=True)
class Aws:
    """A region of AWS, or the engine at `endpoint_url` that replaces it."""

    region: str = REGION
    endpoint_url: str | None = None

    def client(self, service: str, config: Config | None = None) -> Any:  # noqa: ANN401  # botocore makes it at run time
        """Return a client of one service.

        For AWS, botocore looks up the credentials. A local engine gets made-up credentials, never real ones.
        """
        if self.endpoint_url is None or _is_amazon(self.endpoint_url):
            return _session(None).create_client(
                service, region_name=self.region, endpoint_url=self.endpoint_url, config=config
            )
        return _session("profile").create_client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106  # nosec B106  # made up: a local engine accepts any
            config=Config(proxies={}).merge(config or Config()),
        )


def code(error: ClientError) -> str:
    """Return the error code, such as `NotFoundException`."""
    name: str = error.response["Error"]["Code"]
    return name


@functools.cache
def _session(without: str | None) -> Any:  # noqa: ANN401  # botocore has no types
    """Return a session, cached because it holds the models of all services.

    `without` is a setting to ignore: a local engine must not use the AWS profile of the environment.
    """
    nothing = (None, None, None, None)
    return botocore.session.Session(session_vars={without: nothing} if without else None)


def _is_amazon(url: str) -> bool:
    """Return whether an address belongs to AWS; that of a VPC endpoint does."""
    host = urlsplit(url).hostname or ""
    return host.endswith((".amazonaws.com", ".api.aws"))
