"""Lets moto import mock integrations; AWS takes them without `uri` and `httpMethod`, moto 5.2 asks for both."""

from typing import Any

from moto.apigateway.models import APIGatewayBackend


def import_mock_integrations() -> None:
    """Patch moto's importer in this process, once."""
    build = APIGatewayBackend._build_integration_args  # noqa: SLF001  # moto has no public way
    if build.__name__ == "build_integration_args":
        return

    def build_integration_args(self: Any, section: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # moto's own classes are untyped
        built: dict[str, Any] = build(self, section)
        if str(section.get("type")).lower() == "mock":
            built |= {name: built[name] or "" for name in ("uri", "integration_method")}
        return built

    APIGatewayBackend._build_integration_args = build_integration_args  # type: ignore[method-assign]  # noqa: SLF001  # as above
