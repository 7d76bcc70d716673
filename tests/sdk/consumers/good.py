"""A consumer's script; every checker is content with it."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
from query_service_client import (
    NO_RETRIES,
    ApiStatusError,
    AsyncQueryServiceClient,
    AsyncRecordPage,
    PushRecord,
    QueryServiceClient,
    RecordPage,
    RetryPolicy,
    Status,
    Timeout,
)
from query_service_client.errors import ProblemCode, RateLimitError


def failed_since(client: QueryServiceClient, user_id: str, days: int) -> list[tuple[datetime, str | None]]:
    """Walk with a window of datetimes and open lists of values."""
    since = datetime.now(UTC) - timedelta(days=days)
    walk = client.iter_user(user_id, status=["FAILED", Status.SENT], created_from=since)
    return [(record.created_at_datetime, record.error_msg) for record in walk]


def save(client: QueryServiceClient) -> str | None:
    """Read a page and its cursor."""
    page: RecordPage = client.query_user("u1", limit=50, status=["FAILED"], timeout=5, max_retries=0)
    first: PushRecord | None = next(iter(page), None)
    following: RecordPage | None = page.next_page()
    return following.next_cursor if following and first else None


def waited(client: QueryServiceClient) -> float | None:
    """Act on errors."""
    try:
        client.query_fail("tx_002", platform="IOS", request_id="a", headers={"x-team": "portal"})
    except RateLimitError as error:
        return error.retry_after
    except ApiStatusError as error:
        said = (error.problem.detail, error.request_id)
        return None if error.code == ProblemCode.INVALID_CURSOR and all(said) else float(error.attempts)
    return None


async def count(client: AsyncQueryServiceClient) -> int:
    """Read a raw answer, and walk asynchronously."""
    page: AsyncRecordPage = await client.query_user("u1")
    following: AsyncRecordPage | None = await page.next_page()
    raw = await client.with_raw_response.query_marketing("campaign_2026_spring", ap_id="mobile-app-001")
    return (
        raw.parse().count
        + len(following.items if following else [])
        + sum([1 async for _ in client.iter_fail("tx_002")])
    )


def options() -> int:
    """Build clients with their options."""
    retry = RetryPolicy(max_retries=3)
    with httpx.Client() as http, QueryServiceClient("http://service.test", http_client=http, retry=retry) as client:
        found = len(failed_since(client, "u1", days=7)), save(client), waited(client)
    with QueryServiceClient("http://service.test", api_key="key", timeout=Timeout(total=5), retry=NO_RETRIES):
        return len(found)


async def main() -> None:
    """Build an async client."""
    async with AsyncQueryServiceClient() as client:
        await asyncio.gather(count(client), count(client))
