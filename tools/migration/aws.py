"""How the tools reach AWS, or an engine on this machine that stands in for it."""

import functools
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

REGION: Final = "ap-southeast-1"
# What a call to AWS may end in; its message says what happened.
ERRORS: Final = (BotoCoreError, ClientError)


@dataclass(frozen=True)
class Aws:
    """One region of AWS, or what answers at `endpoint_url` in its place."""

    region: str = REGION
    endpoint_url: str | None = None

    def client(self, service: str, config: Config | None = None) -> Any:  # noqa: ANN401  # botocore makes it at run time
        """Return a client of one service.

        Credentials are found as boto3 finds them; an engine that stands in for AWS gets made-up ones, never those of
        the environment.
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
            aws_secret_access_key="local",  # noqa: S106  # nosec B106  # opens nothing: an engine takes any
            config=Config(proxies={}).merge(config or Config()),
        )


def code(error: ClientError) -> str:
    """Return the name that AWS gives an error."""
    name: str = error.response["Error"]["Code"]
    return name


@functools.cache
def _session(without: str | None) -> Any:  # noqa: ANN401  # botocore says no types
    """Return a session, which holds the models of all services; without the environment's profile where that is said.

    The profile of the environment is for AWS, and so are its proxies and certificates.
    """
    nothing = (None, None, None, None)
    return botocore.session.Session(session_vars={without: nothing} if without else None)


def _is_amazon(url: str) -> bool:
    """Tell whether an address is AWS's own, as that of a VPC endpoint is."""
    host = urlsplit(url).hostname or ""
    return host.endswith((".amazonaws.com", ".api.aws"))
