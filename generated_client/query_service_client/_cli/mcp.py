"""The command `mcp`, which answers an assistant; it needs the extra `mcp` of the package."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import typer

from .._runtime import ConfigurationError
from ..client import AsyncQueryServiceClient
from .exit_codes import errors_as_exit_codes
from .options import TARGET, Options, signature
from .profiles import address_and_key

_OPTIONS: Final[Options] = {
    "with_personal_data": (
        bool,
        typer.Option(
            False, "--with-personal-data", help="Answer titles, and ids of other users than the one asked for."
        ),
    ),
}


def mcp(**given: Any) -> None:  # noqa: ANN401  # as its signature has them
    """Answer an assistant on standard input and output (MCP): a read-only tool for each query.

    Example: push-records mcp --profile staging
    """
    with errors_as_exit_codes():
        serve = _server()
        url, key = address_and_key(given["url"], given["profile"])
        client = AsyncQueryServiceClient(url, api_key=key, timeout=given["timeout"])
        asyncio.run(serve(client, with_personal_data=given["with_personal_data"]))


mcp.__signature__ = signature(  # type: ignore[attr-defined]  # read by typer
    {}, _OPTIONS | {name: each for name, each in TARGET.items() if name != "utc"}
)


def _server() -> Callable[..., Coroutine[Any, Any, None]]:
    try:
        from .assistants import serve  # noqa: PLC0415  # the other commands need none of it
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise ConfigurationError("mcp needs more: pip install 'query-service-client[mcp]'") from error
    return serve
