"""The only caller of the generated client: asks the internal API Gateway, and says what went wrong in our words."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Self, TypeGuard

import aiohttp
import httpx
import orjson
from botocore.exceptions import BotoCoreError
from httpx_aiohttp import AiohttpTransport

from common import logs, problem
from common.deadline import HEADER, Deadline
from common.problem import ProblemError
from generated_client.internal_query_client import AuthenticatedClient
from generated_client.internal_query_client.api.records import query_fail, query_marketing, query_user
from generated_client.internal_query_client.models import (
    QueryFailRequest,
    QueryMarketingRequest,
    QueryUserRequest,
    Record,
    RecordPage,
)
from generated_client.internal_query_client.types import Unset
from service.calls import Call, current

log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 2.0
MOST_CONNECTIONS: Final = 100

# What an answer that is not 200 means for our own caller. A 4xx is none of its doing, except for a position that came
# out of its cursor; throttling of the one caller that the internal gateway has is our being busy.
_MEANING: Final[Mapping[int, tuple[str, str]]] = {
    429: ("service_unavailable", "The records are busy; the same request may be sent again."),
    503: ("service_unavailable", "The records are busy; the same request may be sent again."),
    504: ("gateway_timeout", "The records took longer than the time that was left."),
}
_RETRY_AFTER: Final = "1"
_TEXTS: Final = (
    "transaction_id",
    "user_id",
    "status",
    "marketing_id",
    "notification_title",
    "platform",
    "error_msg",
    "ap_id",
)
_UNUSABLE: Final = ("bad_gateway", "The records could not be read.")


class InternalApiClient:
    """Asks the internal API for records; one pooled client, to be closed once (`async with`, or `aclose`).

    `timeout` is the most seconds that one call may take, connection and all. `auth` signs the requests, `transport`
    stands in for the network in tests. Every method raises ProblemError: `gateway_timeout`, `service_unavailable` or
    `bad_gateway` for what happened on the way, `invalid_cursor` for a position that does not fit the query.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float = 30,
        *,
        auth: httpx.Auth | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
            auth=auth,
            transport=transport or AiohttpTransport(client=_session),
            event_hooks={"request": [_add_headers], "response": [_judge]},
            trust_env=False,
        )
        # The signature is the auth's; a token is what the generated class insists on.
        self._client = AuthenticatedClient(base_url=base_url, token="").set_async_httpx_client(self._http)

    async def query_user(self, user_id: str, limit: int | None = None, **filters: object) -> RecordPage:
        """Return a page of a user's records; `filters` are further fields of the contract's QueryUserRequest."""
        body = QueryUserRequest.from_dict(_sent({"user_id": user_id, "limit": limit, **filters}))
        return await self._page(lambda: query_user.asyncio(client=self._client, body=body))

    async def query_marketing(self, marketing_id: str, limit: int | None = None, **filters: object) -> RecordPage:
        """Return a page of a campaign's records; `filters` are further fields of QueryMarketingRequest."""
        body = QueryMarketingRequest.from_dict(_sent({"marketing_id": marketing_id, "limit": limit, **filters}))
        return await self._page(lambda: query_marketing.asyncio(client=self._client, body=body))

    async def query_fail(self, transaction_id: str, limit: int | None = None, **filters: object) -> RecordPage:
        """Return a page of a transaction's failed records; `filters` are further fields of QueryFailRequest."""
        body = QueryFailRequest.from_dict(_sent({"transaction_id": transaction_id, "limit": limit, **filters}))
        return await self._page(lambda: query_fail.asyncio(client=self._client, body=body))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _page(self, request: Callable[[], Awaitable[object]]) -> RecordPage:
        call = current.get(None) or Call(logs.choose_request_id(), Deadline(self._timeout), {})
        token = current.set(call)
        try:
            async with asyncio.timeout(min(self._timeout, call.deadline.remaining())):
                page = await request()
        except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
            raise _unreachable(exc) from exc
        except (TimeoutError, httpx.TimeoutException) as exc:
            raise ProblemError(*_MEANING[504]) from exc
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as exc:
            raise _unreachable(exc) from exc
        except BotoCoreError as exc:
            log.exception("credentials_not_renewed")
            raise ProblemError(*_MEANING[503], headers={"Retry-After": _RETRY_AFTER}) from exc
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            log.exception("internal_api_answer_unreadable")
            raise ProblemError(*_UNUSABLE) from exc
        finally:
            current.reset(token)
        if not _is_page(page):
            log.error("internal_api_answer_unreadable")
            raise ProblemError(*_UNUSABLE)
        return page


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS), cookie_jar=aiohttp.DummyCookieJar()
    )


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value: leaving one out means the same as null, and is shorter."""
    return {name: value for name, value in fields.items() if value is not None}


async def _add_headers(request: httpx.Request) -> None:
    call = current.get()
    request.headers.update({"X-Request-Id": call.request_id, HEADER: call.deadline.header(), **call.trace})


async def _judge(response: httpx.Response) -> None:
    """Raise for every answer but 200, before the generated client parses a body that may not be the contract's."""
    await response.aread()
    if response.status_code == httpx.codes.OK:
        response.json = functools.partial(orjson.loads, response.content)  # type: ignore[method-assign]  # strict JSON
        return
    code = _code(response)
    extra = {"upstream_status": response.status_code, "upstream_code": code}
    log.warning("internal_api_refused", extra=extra)
    if code == "invalid_position":
        raise ProblemError("invalid_cursor", "The cursor does not fit this query.")
    meaning = _MEANING.get(response.status_code, _UNUSABLE)
    headers = {"Retry-After": _retry_after(response)} if meaning[0] == "service_unavailable" else {}
    raise ProblemError(*meaning, headers=headers)


def _retry_after(response: httpx.Response) -> str:
    """Return the seconds to wait, as our contract has them: a date, which HTTP allows as well, counts as none."""
    said: str = response.headers.get("Retry-After", "")
    return said if said.isascii() and said.isdecimal() else _RETRY_AFTER


def _is_page(page: object) -> TypeGuard[RecordPage]:
    """Tell whether an answer has the types of the contract; the generated client takes any that have the names."""
    return (
        isinstance(page, RecordPage)
        and type(page.count) is int
        and all(map(_is_record, page.items))
        and (isinstance(page.next_position, Unset) or set(map(type, page.next_position.to_dict().values())) == {str})
    )


def _is_record(record: Record) -> bool:
    return type(record.created_at) is int and all(isinstance(getattr(record, name), str | Unset) for name in _TEXTS)


def _code(response: httpx.Response) -> str | None:
    """Return the problem code of an answer; None for a foreign body."""
    try:
        code = orjson.loads(response.content)["code"]
    except (KeyError, TypeError, ValueError):
        return None
    return code if isinstance(code, str) and code in problem.PROBLEMS else None


def _unreachable(exc: Exception) -> ProblemError:
    log.warning("internal_api_unreachable", extra={"reason": type(exc).__name__})
    return ProblemError("bad_gateway", "The internal gateway could not be reached or broke off its answer.")
