from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.query_fail_request import QueryFailRequest
from ...models.record_page import RecordPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: QueryFailRequest,
    x_request_id: str | Unset = UNSET,
    x_request_timeout_ms: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_request_id, Unset):
        headers["X-Request-Id"] = x_request_id

    if not isinstance(x_request_timeout_ms, Unset):
        headers["X-Request-Timeout-Ms"] = x_request_timeout_ms

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/query/fail",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | RecordPage | None:
    if response.status_code == 200:
        response_200 = RecordPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())

        return response_405

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = Problem.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | RecordPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: QueryFailRequest,
    x_request_id: str | Unset = UNSET,
    x_request_timeout_ms: str | Unset = UNSET,
) -> Response[Problem | RecordPage]:
    """Failed rows of a transaction

     查詢失敗推播記錄. Reads the FAILED rows of `transaction_id-status-index`; newest first within a page.

    Args:
        x_request_id (str | Unset):
        x_request_timeout_ms (str | Unset):
        body (QueryFailRequest): Which transaction, and which of its failed rows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RecordPage]
    """

    kwargs = _get_kwargs(
        body=body,
        x_request_id=x_request_id,
        x_request_timeout_ms=x_request_timeout_ms,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: QueryFailRequest,
    x_request_id: str | Unset = UNSET,
    x_request_timeout_ms: str | Unset = UNSET,
) -> Problem | RecordPage | None:
    """Failed rows of a transaction

     查詢失敗推播記錄. Reads the FAILED rows of `transaction_id-status-index`; newest first within a page.

    Args:
        x_request_id (str | Unset):
        x_request_timeout_ms (str | Unset):
        body (QueryFailRequest): Which transaction, and which of its failed rows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RecordPage
    """

    return sync_detailed(
        client=client,
        body=body,
        x_request_id=x_request_id,
        x_request_timeout_ms=x_request_timeout_ms,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: QueryFailRequest,
    x_request_id: str | Unset = UNSET,
    x_request_timeout_ms: str | Unset = UNSET,
) -> Response[Problem | RecordPage]:
    """Failed rows of a transaction

     查詢失敗推播記錄. Reads the FAILED rows of `transaction_id-status-index`; newest first within a page.

    Args:
        x_request_id (str | Unset):
        x_request_timeout_ms (str | Unset):
        body (QueryFailRequest): Which transaction, and which of its failed rows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RecordPage]
    """

    kwargs = _get_kwargs(
        body=body,
        x_request_id=x_request_id,
        x_request_timeout_ms=x_request_timeout_ms,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: QueryFailRequest,
    x_request_id: str | Unset = UNSET,
    x_request_timeout_ms: str | Unset = UNSET,
) -> Problem | RecordPage | None:
    """Failed rows of a transaction

     查詢失敗推播記錄. Reads the FAILED rows of `transaction_id-status-index`; newest first within a page.

    Args:
        x_request_id (str | Unset):
        x_request_timeout_ms (str | Unset):
        body (QueryFailRequest): Which transaction, and which of its failed rows.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RecordPage
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_request_id=x_request_id,
            x_request_timeout_ms=x_request_timeout_ms,
        )
    ).parsed
