"""The chain as processes on loopback: each hop can be asked, watched and killed by itself."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from lab.faults.connection import Address
from lab.faults.processes import Process, Processes, free_port, tool
from tools.local.sample import sample_rows
from tools.local.servers import wait_until_healthy
from tools.local.stack import REGION, STAGE
from tools.local.tables import NOTIFICATION_RECORDS, create_tables, dynamodb_client, table, write

# moto reads the whole table for each query, so that it gets a small one: all rows of these, of whom there are pages.
_IDS: Final = {"user_id": ["test_user_001", "user_0001"], "transaction_id": ["tx_002"]}
QUERY: Final = {"user_id": "test_user_001", "limit": 5}


@dataclass(frozen=True)
class Credentials:
    """What opens the doors of one run; all of it is made up for it."""

    access_key: str = field(default_factory=lambda: secrets.token_hex(10))
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
    api_key: str = field(default_factory=lambda: secrets.token_urlsafe(20), repr=False)
    disabled_api_key: str = field(default_factory=lambda: secrets.token_urlsafe(20), repr=False)

    def environ(self) -> dict[str, str]:
        """Return them as the hops read them."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "API_KEY": self.api_key,
            "DISABLED_API_KEY": self.disabled_api_key,
        }


class Hop(NamedTuple):
    """A running hop and where it listens."""

    process: Process
    address: Address


class Chain:
    """Starts hops, from the far end to the near one."""

    def __init__(self, processes: Processes, credentials: Credentials | None = None) -> None:
        self.credentials = credentials or Credentials()
        self._processes = processes

    async def dynamodb(self) -> Hop:
        """Start moto's DynamoDB with some of the sample rows."""
        port = free_port()
        command = ("moto.server", "-H", "127.0.0.1", "-p", str(port))
        process = self._processes.python("dynamodb", *command, environ={})
        hop = Hop(process, Address(port))
        await asyncio.to_thread(wait_until_healthy, "DynamoDB", f"{hop.address.url}/moto-api/data.json")
        await asyncio.to_thread(_load_rows, hop.address.url)
        return hop

    async def internal_gateway(self, dynamodb: Address) -> Hop:
        """Start the internal gateway with its function."""
        environ = {"DYNAMODB_ENDPOINT_URL": dynamodb.url, "AWS_REGION": REGION}
        return await self._hop("internal", f"/{STAGE}", environ)

    async def service(
        self,
        internal_gateway: Address,
        environ: Mapping[str, str] | None = None,
        *,
        port: int = 0,
        cpu: int | None = None,
    ) -> Hop:
        """Start the service, on a port that it may have had before."""
        settings = {"INTERNAL_API_URL": internal_gateway.url, "AWS_DEFAULT_REGION": REGION, **(environ or {})}
        return await self._hop("service", "", settings, port=port, cpu=cpu)

    async def public_gateway(self, service: Address, environ: Mapping[str, str] | None = None) -> Hop:
        """Start the public gateway with its function."""
        return await self._hop("public", f"/{STAGE}", {"QUERY_SERVICE_URL": service.url, **(environ or {})})

    async def balancer(self, services: Sequence[Address]) -> Hop:
        """Start HAProxy in front of services, which it asks for their health twice a second."""
        port = free_port()
        configuration = self._processes.folder / f"haproxy-{port}.cfg"
        configuration.write_text(_haproxy(port, services), encoding="ascii")
        process = self._processes.start("haproxy", [tool("haproxy"), "-db", "-f", str(configuration)])
        hop = Hop(process, Address(port))
        await asyncio.to_thread(wait_until_healthy, "balancer", f"{hop.address.url}/health")
        return hop

    async def _hop(
        self, name: str, prefix: str, environ: Mapping[str, str], *, port: int = 0, cpu: int | None = None
    ) -> Hop:
        address = Address(port or free_port(), prefix)
        settings = {**self.credentials.environ(), **environ}
        command = ["lab.faults.hops", name, str(address.port)]
        if name == "service":
            command = ["service", "--host", address.host, "--port", str(address.port)]
        process = self._processes.python(name, *command, environ=settings, cpu=cpu)
        await asyncio.to_thread(wait_until_healthy, name, f"{address.url}/health")
        return Hop(process, address)


def _load_rows(url: str) -> None:
    create_tables(dynamodb_client(url))
    known = (row for row in sample_rows() if any(row.get(name) in ids for name, ids in _IDS.items()))
    write(table(url, NOTIFICATION_RECORDS), known)


def _haproxy(port: int, services: Sequence[Address]) -> str:
    servers = "\n".join(
        f"    server service{number} {address.host}:{address.port} check"
        for number, address in enumerate(services, start=1)
    )
    return f"""\
global
    maxconn 4000
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    option redispatch 1
frontend callers
    bind 127.0.0.1:{port}
    default_backend services
backend services
    option httpchk GET /health
    http-check expect status 200
    default-server inter 500ms fall 2 rise 2
{servers}
"""
