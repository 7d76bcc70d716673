"""The chain of processes answers a query, also after the event loop that started it has ended."""

import asyncio
import json
from pathlib import Path

from lab.chain import QUERY, Chain
from lab.connection import Address, ask_once, request
from lab.processes import Processes


async def start(chain: Chain) -> Address:
    """Start every hop and return the public gateway's address."""
    dynamodb = await chain.dynamodb()
    internal = await chain.internal_gateway(dynamodb.address.url)
    service = await chain.service(internal.address)
    return (await chain.public_gateway(service.address)).address


def test_a_query_passes_every_hop(tmp_path: Path) -> None:
    """Gateways, functions, service and DynamoDB are processes; the page has rows."""
    with Processes(tmp_path) as processes:
        chain = Chain(processes)
        public = asyncio.run(start(chain))
        raw = request(public, "/query/user", QUERY, headers={"x-api-key": chain.api_key})
        reply = asyncio.run(ask_once(public, raw, 60))
        assert 0 == processes.tracebacks()
    assert 200 == reply.status
    assert QUERY["limit"] == json.loads(reply.body)["count"]
