"""What the environment tells the function, read once at start."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.environment import DEVELOPMENT, address, build_id, seconds


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The function's settings.

    `query_service_url` is the address of the internal load balancer, without a slash at its end.
    `request_timeout_seconds` is the most that one call may take, less what the gateway leaves. `build_id` names this
    build.
    """

    query_service_url: str
    request_timeout_seconds: float = 30.0
    build_id: str = DEVELOPMENT

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`; raise SettingsError naming a missing or bad variable."""
        return cls(
            query_service_url=address(environ, "QUERY_SERVICE_URL", "the load balancer"),
            request_timeout_seconds=seconds(environ, "REQUEST_TIMEOUT", cls.request_timeout_seconds),
            build_id=build_id(environ),
        )
