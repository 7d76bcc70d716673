"""Where fuzzing starts from: requests that Schemathesis makes of a contract, valid and not, and some that find rows."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import hypothesis
import schemathesis
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tools.contract.bundle import bundle

_KEYS: Final = {"/query/user": "user_id", "/query/marketing": "marketing_id"}
_KNOWN: Final = {"user_id": "test_user_001", "marketing_id": "campaign_2026_spring", "transaction_id": "tx_002"}
_TIME: Final = "20000"


class Sent(NamedTuple):
    """A request; `path` is below the stage."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def corpus(contract: str, *, seed: int, examples: int) -> list[Sent]:
    """Return `examples` valid and as many invalid requests of each operation, and a few that find rows."""
    document = bundle(contract)
    config = SchemathesisConfig.from_dict(
        {"base-url": "http://127.0.0.1", "seed": seed, "generation": {"database": "none"}}
    )
    found = list(_known(document))
    for outcome in schemathesis.openapi.from_dict(document, config=config).get_all_operations():
        operation: Any = outcome.ok()  # type: ignore[union-attr]  # `local` has refused what is no contract
        modes = [GenerationMode.POSITIVE]
        if operation.method.upper() == "POST":
            modes.append(GenerationMode.NEGATIVE)
        for mode in modes:
            _generate(operation.as_strategy(generation_mode=mode), found, seed=seed, examples=examples)
    return found


def _generate(strategy: Any, found: list[Sent], *, seed: int, examples: int) -> None:  # noqa: ANN401  # hypothesis' own
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def note(case: Any) -> None:  # noqa: ANN401  # Schemathesis' own generic
        found.append(_sent(case))

    note()


def _sent(case: Any) -> Sent:  # noqa: ANN401  # Schemathesis' own generic
    body = case.body
    if isinstance(body, bytes):
        raw = body
    elif case.media_type is None:
        raw = b""
    else:
        raw = json.dumps(body, default=str).encode("utf-8", "surrogatepass")
    headers = {str(name): _on_one_line(str(value)) for name, value in (case.headers or {}).items()}
    if headers.get("X-Request-Timeout-Ms", "").isdecimal():
        headers["X-Request-Timeout-Ms"] = _TIME  # less may be too little for an answer, which then is a 504 by right
    return Sent(case.method.upper(), case.formatted_path, headers, raw)


def _known(document: Mapping[str, Any]) -> list[Sent]:
    found = []
    for path, item in document["paths"].items():
        if "post" in item:
            key = _KEYS.get(path, "transaction_id")
            body = {key: _KNOWN[key], "limit": 2, "platform": ["IOS", "ANDROID"], "created_from": 0}
            found.append(Sent("POST", path, {}, json.dumps(body).encode()))
    return found


def _on_one_line(text: str) -> str:
    return "".join(char if " " <= char <= "~" else "?" for char in text)
