"""The chain as processes on loopback: each hop can be asked, measured and killed by itself."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from lab.connection import Address
from lab.processes import Processes, Server, free_port, python, tool, wait_until_healthy
from tools.local.row_files import Row
from tools.local.sample import sample_rows
from tools.local.stack import REGION, STAGE
from tools.local.tables import NOTIFICATION_RECORDS, create_tables, dynamodb_client, table, write

# The default is for a task with a quarter of a processor; here the service has a whole one.
WHOLE_PROCESSOR: Final = {"CONCURRENCY_LIMIT": "32"}
QUERY: Final = {"user_id": "test_user_001", "limit": 5}
# moto reads the whole table for each query, so it gets a small one: all rows of these ids, which have several pages.
_IDS: Final = {"user_id": ["test_user_001", "user_0001"], "transaction_id": ["tx_002"]}


class Chain:
    """Starts hops, from the far end to the near one, with keys made up for this chain."""

    def __init__(self, processes: Processes) -> None:
        self.api_key = secrets.token_urlsafe(20)
        self._credentials = {
            "AWS_ACCESS_KEY_ID": secrets.token_hex(10),
            "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
            "API_KEY": self.api_key,
        }
        self._processes = processes

    async def dynamodb(self) -> Server:
        """Start moto's DynamoDB with some of the sample rows."""
        address = Address(free_port())
        command = python("moto.server", "-H", address.host, "-p", str(address.port))
        process = self._processes.start("dynamodb", command)
        await asyncio.to_thread(wait_until_healthy, process, address, "/moto-api/data.json")
        known = [row for row in sample_rows() if any(row.get(name) in ids for name, ids in _IDS.items())]
        await asyncio.to_thread(load_rows, address.url, known)
        return Server(process, address)

    async def internal_gateway(self, dynamodb_url: str) -> Server:
        """Start the internal gateway with its function."""
        return await self._gateway("internal", {"DYNAMODB_ENDPOINT_URL": dynamodb_url, "AWS_REGION": REGION})

    async def public_gateway(self, service: Address, environ: Mapping[str, str] | None = None) -> Server:
        """Start the public gateway with its function."""
        return await self._gateway("public", {"SERVICE_URL": service.url, **(environ or {})})

    async def service(
        self,
        internal_gateway: Address,
        environ: Mapping[str, str] | None = None,
        *,
        port: int = 0,
        cpu: int | None = None,
    ) -> Server:
        """Start the service, on a given port if it replaces another one."""
        address = Address(port or free_port())
        settings = {
            "INTERNAL_API_URL": internal_gateway.url,
            "AWS_DEFAULT_REGION": REGION,
            **WHOLE_PROCESSOR,
            **(environ or {}),
        }
        command = python("service", "--host", address.host, "--port", str(address.port))
        return await self._serve("service", command, address, {**self._credentials, **settings}, cpu)

    async def balancer(self, services: Sequence[Address], idle_seconds: float = 60) -> Server:
        """Start the load balancer's stand-in: HAProxy with an ALB's limits, which probes `/health` twice a second."""
        address = Address(free_port())
        configuration = self._processes.folder / f"haproxy-{address.port}.cfg"
        configuration.write_text(_haproxy(address, services, idle_seconds), encoding="ascii")
        command = [tool("haproxy"), "-db", "-f", str(configuration)]
        return await self._serve("haproxy", command, address, {})

    async def _gateway(self, contract: str, environ: Mapping[str, str]) -> Server:
        address = Address(free_port(), f"/{STAGE}")
        command = python("lab.gateways", contract, str(address.port))
        return await self._serve(contract, command, address, {**self._credentials, **environ})

    async def _serve(
        self, name: str, command: Sequence[str], address: Address, environ: Mapping[str, str], cpu: int | None = None
    ) -> Server:
        process = self._processes.start(name, command, environ, cpu=cpu)
        await asyncio.to_thread(wait_until_healthy, process, address)
        return Server(process, address)


def load_rows(url: str, rows: Iterable[Row]) -> None:
    """Create the tables on an engine and write notification records."""
    create_tables(dynamodb_client(url))
    write(table(url, NOTIFICATION_RECORDS), rows)


def _haproxy(address: Address, services: Sequence[Address], idle_seconds: float) -> str:
    """Return the configuration that is closest to an Application Load Balancer.

    An idle timeout for each side, the whole head before a request is forwarded, 16 KB a header line and 64 KB a head,
    invalid header names dropped. HAProxy refuses malformed requests and rewrites every request that it forwards, so
    that the service parses the same requests. Rules refuse where it is more lenient than `desync_mitigation_mode =
    "strictest"`.
    """
    idle = round(idle_seconds * 1_000)
    servers = "\n".join(
        f"    server service{number} {service.host}:{service.port} check" for number, service in enumerate(services, 1)
    )
    return f"""\
global
    maxconn 8000
    tune.bufsize 67584
    tune.maxrewrite 2048
    tune.http.maxhdr 256
defaults
    mode http
    timeout connect 2s
    timeout client {idle}ms
    timeout http-request {idle}ms
    timeout http-keep-alive {idle}ms
    timeout server {idle}ms
    option redispatch 1
frontend callers
    bind {address.host}:{address.port}
    option http-restrict-req-hdr-names delete
    http-request deny deny_status 400 if {{ url,length gt 16384 }}
    http-request deny deny_status 400 if {{ req.hdrs -m reg [^\\r\\n]{{16385}} }}
    http-request deny deny_status 400 if {{ req.hdrs -m reg \\\\x00 }}
    http-request deny deny_status 400 unless {{ req.ver 1.0 1.1 }}
    http-request deny deny_status 400 unless {{ req.hdr(host) -m found }}
    http-request deny deny_status 400 if {{ req.ver 1.0 }} {{ req.hdr(transfer-encoding) -m found }}
    http-request deny deny_status 400 unless {{ method GET HEAD POST PUT PATCH DELETE OPTIONS }}
    default_backend services
backend services
    option httpchk GET /health
    http-check expect status 200
    default-server inter 500ms fall 2 rise 2
{servers}
"""
