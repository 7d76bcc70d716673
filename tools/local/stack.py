"""The whole chain in one process, each hop on a real port: gateways, functions, service, tables, rows."""

import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from botocore.credentials import Credentials
from botocore.session import Session
from starlette.types import ASGIApp

import query_lambda.app
import query_lambda.settings
import result_lambda.app
import result_lambda.client
import result_lambda.settings
import service.app
import service.settings
from tools.contract.bundle import import_copy
from tools.contract.docs import write_docs
from tools.local import spec, tables
from tools.local.credentials import ApiKey, Identity
from tools.local.dynamodb_local import dynamodb_local
from tools.local.functions import Function, Handler
from tools.local.gateway import Gateway
from tools.local.loader import ExampleIds, Report, load
from tools.local.pages import create_pages
from tools.local.sample import EXAMPLES, sample_commands, sample_rows
from tools.local.servers import bind, moto_dynamodb, serving, url_of, wait_until_healthy

REGION: Final = "ap-southeast-1"
ACCOUNT_ID: Final = "000000000000"
TASK_ROLE: Final = f"arn:aws:iam::{ACCOUNT_ID}:role/query-service-task"
VPC_ENDPOINT: Final = "vpce-local"
STAGE: Final = "v1"
# The timeouts of the functions, shorter than those of the gateways in front of them (29 s and 27 s).
QUERY_LAMBDA_SECONDS: Final = 28.0
RESULT_LAMBDA_SECONDS: Final = 26.0

PLACEHOLDERS: Final = {
    "aws_region": REGION,
    "aws_account_id": ACCOUNT_ID,
    "task_role_arn": TASK_ROLE,
    "vpc_endpoint_id": VPC_ENDPOINT,
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to run the stack; a port of 0 is a free one.

    `dynamodb_endpoint_url` is an engine to use instead of moto's; `dynamodb_local` starts AWS's own, which needs
    Java 17 and npm. `service_url` is a service that runs elsewhere and signs as `identity`. `records` is a file
    of rows to load instead of the sample rows.
    """

    host: str = "127.0.0.1"
    public_port: int = 0
    internal_port: int = 0
    service_port: int = 0
    dynamodb_port: int = 0
    pages_port: int = 0
    dynamodb_endpoint_url: str | None = None
    dynamodb_local: bool = False
    service_url: str | None = None
    records: Path | None = None
    sample: bool = True
    api_key: str = "local-development-key"
    identity: Identity = field(default_factory=lambda: task_identity(secrets.token_hex(10), secrets.token_urlsafe(30)))


class Stack:
    """The running chain: a context manager that starts each hop, waits until it is healthy, and stops all of them."""

    def __init__(
        self,
        options: Options,
        say: Callable[[str], None] = lambda _line: None,
        count: Callable[[int], None] = lambda _rows: None,
    ) -> None:
        """`say` gets a line for what takes time, `count` the number of rows of `records` so far."""
        self.options = options
        self.report: Report | None = None  # of loading `records`
        self.examples = EXAMPLES
        self._say, self._count = say, count
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self._start(starting)
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def _start(self, running: ExitStack) -> None:
        """Start the hops from DynamoDB to the public gateway, so that each finds the next hop running."""
        options = self.options
        public = self._bind(running, "public gateway", options.public_port, "--public-port")
        internal = self._bind(running, "internal gateway", options.internal_port, "--internal-port")
        self.public_url = url_of(public.getsockname(), f"/{STAGE}")
        self.internal_url = url_of(internal.getsockname(), f"/{STAGE}")
        self.service_url = (options.service_url or "").rstrip("/")
        if not self.service_url:
            own = self._bind(running, "service", options.service_port, "--service-port")
            self.service_url = url_of(own.getsockname())
        pages = self._bind(running, "pages", options.pages_port, "--pages-port")
        self.pages_url = url_of(pages.getsockname())
        self.dynamodb_url = self._dynamodb(running)
        self._rows()
        gateway = self._gateway("internal", "query-result-lambda", self._result_lambda())
        running.enter_context(serving(gateway, internal))
        wait_until_healthy("internal gateway", f"{self.internal_url}/health")
        if options.service_url is None:
            running.enter_context(serving(self._service(), own, service.app.create_server))
        wait_until_healthy("service", f"{self.service_url}/health")
        running.enter_context(serving(self._gateway("public", "query-lambda", self._query_lambda()), public))
        wait_until_healthy("public gateway", f"{self.public_url}/health")
        running.enter_context(serving(self._pages(running, public.getsockname()[1]), pages))

    def _dynamodb(self, running: ExitStack) -> str:
        if self.options.dynamodb_endpoint_url is not None:
            return self.options.dynamodb_endpoint_url
        if self.options.dynamodb_local:
            return running.enter_context(dynamodb_local())
        return running.enter_context(moto_dynamodb(self.options.host, self.options.dynamodb_port))

    def _rows(self) -> None:
        tables.create_tables(tables.dynamodb_client(self.dynamodb_url))
        records = tables.table(self.dynamodb_url, tables.NOTIFICATION_RECORDS)
        if self.options.records is not None:
            self._say(f"loading {self.options.records}")
            self.report = load(records, self.options.records, self._count)
            self.examples = self.report.examples
        elif self.options.sample and (stored := records.scan(Limit=100)["Items"]):
            self._say("the table has rows already: loading none")
            self.examples = ExampleIds(stored).examples()
        elif self.options.sample:
            self._say("loading the sample rows")
            tables.write(records, sample_rows())
            tables.write(tables.table(self.dynamodb_url, tables.COMMAND_RECORDS), sample_commands())

    def _bind(self, running: ExitStack, part: str, port: int, option: str) -> socket.socket:
        return running.enter_context(bind(part, self.options.host, port, option=option))

    def _pages(self, running: ExitStack, public_port: int) -> ASGIApp:
        docs = Path(running.enter_context(TemporaryDirectory(prefix="docs-page-")))
        write_docs(docs)
        return create_pages(docs, public_port, STAGE, self.options.api_key, self.examples)

    def _service(self) -> ASGIApp:
        environ = {"INTERNAL_API_URL": self.internal_url, "AWS_DEFAULT_REGION": REGION}
        identity = self.options.identity
        return service.app.create_app(
            service.settings.Settings.from_env(environ),
            credentials=Credentials(identity.access_key, identity.secret_key),
        )

    def _gateway(self, contract: str, function_name: str, function: Function) -> Gateway:
        return Gateway(
            spec.load(import_copy(contract), PLACEHOLDERS),
            {function_name: function},
            stage=STAGE,
            hop=f"{contract}_gateway",
            api_keys=[ApiKey(key_id="local", value=self.options.api_key)],
            identities=[self.options.identity],
        )

    def _query_lambda(self) -> Function:
        settings = query_lambda.settings.Settings.from_env({"SERVICE_URL": self.service_url})
        return Function(query_lambda.app.create_handler(settings), timeout_seconds=QUERY_LAMBDA_SECONDS)

    def _result_lambda(self) -> Function:
        environ = {"DYNAMODB_ENDPOINT_URL": self.dynamodb_url, "AWS_REGION": REGION}
        return Function(result_lambda_handler(environ), timeout_seconds=RESULT_LAMBDA_SECONDS)


def result_lambda_handler(environ: Mapping[str, str]) -> Handler:
    """Return the handler of result_lambda for the table that the settings name, on an engine without credentials."""
    settings = result_lambda.settings.Settings.from_env(environ)
    session = Session()
    session.set_credentials("local", "local")
    return result_lambda.app.create_handler(settings, result_lambda.client.dynamodb(settings, session))


def task_identity(access_key: str, secret_key: str) -> Identity:
    """Return the service's task role with these credentials."""
    return Identity(access_key=access_key, secret_key=secret_key, role_arn=TASK_ROLE)
