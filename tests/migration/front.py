"""The stage that callers use, for requests: it sends each to the old or the new side, as the emulator's stage says.

The emulator keeps stages and canaries but serves no request, and the local gateway serves one deployment.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.migration.account import PIPELINE, OldAccount


@dataclass
class Front:
    """An ASGI application in the place of API Gateway; `sides` are the URLs of old and new, `new_key` the new one's."""

    account: OldAccount
    sides: dict[str, str]
    new_key: str
    dice: Random = field(default_factory=lambda: Random(7))  # a seed, no secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the response names its side."""
        request = Request(scope, receive)
        if request.headers.get("x-api-key") not in self._keys():
            await JSONResponse({"message": "Forbidden"}, 403)(scope, receive, send)
            return
        side = self._side()
        headers = {"content-type": "application/json", "x-api-key": self.new_key}
        path = request.url.path.removeprefix("/v1")
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            answer = await client.post(f"{self.sides[side]}{path}", content=await request.body(), headers=headers)
        await Response(answer.content, answer.status_code, {"x-side": side})(scope, receive, send)

    def _side(self) -> str:
        """Pick a deployment as the stage's canary says; that of the old pipeline is the old side."""
        client, names = self.account.client("apigateway"), {"restApiId": self.account.api_id}
        stage = client.get_stage(**names, stageName="v1")
        canary = stage.get("canarySettings") or {"percentTraffic": 0}
        chosen = canary if self.dice.uniform(0, 100) < canary["percentTraffic"] else stage
        made = client.get_deployment(**names, deploymentId=chosen["deploymentId"])
        return "old" if made.get("description") == PIPELINE else "new"

    def _keys(self) -> set[str]:
        """Return the keys of the stage's plans."""
        return {key["value"] for key in self.account.client("apigateway").get_api_keys(includeValues=True)["items"]}


class Callers(threading.Thread):
    """Callers who ask the old questions all the time: `answers` counts them by side and status, 0 without an answer."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(daemon=True)
        self._url, self._key = url, key
        self._over = threading.Event()
        self.answers: Counter[tuple[str, int]] = Counter()

    def run(self) -> None:
        """Ask until the end."""
        with httpx.Client(timeout=60, trust_env=False, headers={"x-api-key": self._key}) as client:
            while not self._over.wait(0.3):
                try:
                    answer = client.post(f"{self._url}/v1/query/user", json={"user_id": "test_user_001"})
                except httpx.HTTPError:
                    self.answers["nobody", 0] += 1
                else:
                    self.answers[answer.headers.get("x-side", "gateway"), answer.status_code] += 1

    def stop(self) -> None:
        """End after the request that runs."""
        self._over.set()
        self.join(60)
