"""The deployment to check: URLs, names and ids."""

from dataclasses import dataclass
from typing import Any

import httpx

from tools.migration.aws import Aws
from tools.migration.verify.check import UncheckedError

# The guide's names and numbers.
REPOSITORY = "query-service"
CONTAINER = "ecs-handler"
PORT = 8000
STREAM_PREFIX = "ecs"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A deployment, or a local replacement.

    `service_url` is the load balancer's. A URL that is None is not checked. The three ids are those of the functional
    queries.
    """

    aws: Aws
    http: httpx.Client
    public_url: str | None = None
    internal_url: str | None = None
    service_url: str | None = None
    api_key: str | None = None
    cluster: str = "query-service-cluster"
    service: str = "query-service"
    log_group: str = "/ecs/query-service"
    stage: str = "v1"
    tasks: int = 2
    user_id: str = "test_user_001"
    marketing_id: str = "campaign_2026_spring"
    transaction_id: str = "tx_002"
    load_requests: int = 200
    load_threads: int = 10
    max_p99_ms: float = 100.0
    max_error_percent: float = 1.0

    def public(self, path: str) -> str:
        """Return a URL of the public API; raise UncheckedError if it is not known."""
        return _address(self.public_url, "--public-url", path)

    def internal(self, path: str) -> str:
        """Return a URL of the internal API; raise UncheckedError if it is not known."""
        return _address(self.internal_url, "--internal-url", path)

    def balancer(self, path: str) -> str:
        """Return a URL of the load balancer; raise UncheckedError if it is not known."""
        return _address(self.service_url, "--service-url", path)

    def ask(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """Query the public API with the API key; raise UncheckedError without its URL, or httpx.HTTPError."""
        headers = {"x-api-key": self.api_key} if self.api_key else {}
        return self.http.post(self.public(path), json=body, headers=headers)

    def task_definition(self) -> dict[str, Any]:
        """Return the task definition of the service, or the newest of that name if the service does not exist.

        Raises botocore's ClientError if it does not exist either.
        """
        client = self.aws.client("ecs")
        services = client.describe_services(cluster=self.cluster, services=[self.service])["services"]
        name = services[0]["taskDefinition"] if services else self.service
        definition: dict[str, Any] = client.describe_task_definition(taskDefinition=name)["taskDefinition"]
        return definition


def _address(url: str | None, option: str, path: str) -> str:
    if not url:
        raise UncheckedError(f"give {option}")
    return f"{url.rstrip('/')}{path}"
