"""The settings of the function, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.environment import DEVELOPMENT, address, build_id, seconds


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The function's settings.

    `service_url` is the address of the internal load balancer, without a trailing slash.
    `request_timeout_seconds` limits a whole call; the time that Lambda leaves can shorten it. `build_id` names this
    build.
    """

    service_url: str
    request_timeout_seconds: float = 30.0
    build_id: str = DEVELOPMENT

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`; raise SettingsError naming a missing or bad variable."""
        return cls(
            service_url=address(environ, "SERVICE_URL", "the load balancer"),
            request_timeout_seconds=seconds(environ, "REQUEST_TIMEOUT", cls.request_timeout_seconds),
            build_id=build_id(environ),
        )
