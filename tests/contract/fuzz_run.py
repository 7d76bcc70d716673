"""One run of Schemathesis on one surface: its requests, checks and observations."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import hypothesis
import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.generation.stateful import APIStateMachine
from schemathesis.openapi.checks import MissingHeaderNotRejected, UnsupportedMethodResponse
from schemathesis.schemas import BaseSchema

from tests.contract.fuzz_checks import Judge
from tests.contract.fuzz_pages import Pages, is_valid
from tests.contract.fuzz_surfaces import Surface
from tools.contract.bundle import operations

# Values of the sample rows: with made-up ids alone hardly a page would have a row in it, or another page after it. No
# large campaign, since each summary reads one whole.
OFTEN: Final[Mapping[str, list[Any]]] = {
    "user_id": ["test_user_001", "user_0001", "user_0042"],
    "marketing_id": ["campaign_2026_05", "campaign_2026_07"],
    "transaction_id": ["tx_002", "tx_004", "tx_005"],
    "limit": [1, 2, 5],
}
KNOWN: Final[Mapping[str, list[Any]]] = {
    **OFTEN,
    "ap_id": ["mobile-app-001", "web-portal-001"],
    "created_from": [0, 1_761_955_200_000, 1_761_998_400_123],
    "created_to": [1_761_998_400_123, 1_764_547_200_000, 1_772_500_000_000, 1_800_000_000_000],
}
# The first request of a walk has filters that rows match: a made-up one finds nothing, and so leads nowhere.
FILTERS: Final = {"status": ["FAILED", "SENT"], "platform": ["IOS", "ANDROID"]}
WALKED: Final = OFTEN.keys() | FILTERS.keys()
STEPS: Final = 8
# Operations that answer at once for the sample rows.
ONE_ANSWER: Final = ("summarize_marketing", "explain_push")
# Where links lead to other operations, from where.
LINKED: Final[Mapping[str, str]] = {"explain_push": "query_user", "query_marketing": "summarize_marketing"}


class Run:
    """A run on one surface.

    `seen` counts by operationId: statuses, pages with `rows`, pages with `more` to come, pages `followed`, and answers
    that another one `linked`. Requests are made by `document`, and answers judged by it: the surface's own contract,
    unless another is given. Its requests are valid ones and others; of `mode` positive, valid ones alone.
    """

    def __init__(
        self,
        surface: Surface,
        *,
        seed: int,
        examples: int,
        document: dict[str, Any] | None = None,
        mode: str = "all",
    ) -> None:
        document = surface.document() if document is None else document
        self.seen: Counter[tuple[str, object]] = Counter()
        self.schema = schemathesis.openapi.from_dict(document, config=_config(surface, seed, examples, mode))
        self.schema.app = surface.app
        if surface.auth is not None:
            self.schema.auth.set_from_requests(surface.auth)
        if surface.has_gateway:
            self.schema.hook("filter_failure")(_is_a_failure_of_ours)
        self.expected = [
            (operation["operationId"], what)
            for operation in operations(document).values()
            for what in _wanted(operation)
        ]
        self._seed = seed
        self._judge = Judge(document, is_public_gateway=surface.has_gateway and surface.contract == "public")
        self._pages = Pages(surface.contract)

    def exchange(self, case: Case) -> None:
        """Send a request and check the answer."""
        self._mend(case)
        response = case.call()
        self._note(case, response)
        case.validate_response(response, additional_checks=self._judge.checks)

    def follow_links(self) -> None:
        """Walk along the links of the contract, and check all answers on the way.

        Each operation is walked by itself, since all links lead back to where they start: in one machine of all, chance
        would give most of the walks to some of the operations.
        """
        settings = self.schema.config.get_hypothesis_settings(phase="stateful")
        walks = {(name,) for name, what in self.expected if what == "followed"}
        walks |= {(LINKED[name], name) for name, what in self.expected if what == "linked"}
        for names in sorted(walks):
            self._links(self.schema.include(operation_id=list(names))).run(settings=settings)

    def _links(self, schema: BaseSchema) -> type[APIStateMachine]:
        run = self

        class Links(schema.as_state_machine()):
            def before_call(self, case: Case) -> None:
                run._mend(case)
                if is_valid(case) and not (run._pages.is_followed(case) or run._pages.is_linked(case)):
                    case.body = {name: FILTERS.get(name, value) for name, value in case.body.items() if name in WALKED}

            def after_call(self, response: Response, case: Case) -> None:
                super().after_call(response, case)
                run._note(case, response)

            def validate_response(self, response: Response, case: Case, **kwargs: object) -> None:
                super().validate_response(response, case, additional_checks=run._judge.checks, **kwargs)

        return hypothesis.seed(self._seed)(Links)

    def summary(self) -> Iterator[str]:
        """Yield a line for each operation with the number of each observation."""
        for name in sorted({name for name, _ in self.seen}):
            counts = (f"{what}: {count}" for (seen, what), count in self.seen.items() if seen == name)
            yield f"{name}: {', '.join(counts)}\n"

    def _mend(self, case: Case) -> None:
        """Replace values that the schemas allow but the service refuses; `test_fuzz.py` tests those separately."""
        timeout = case.headers.get("X-Request-Timeout-Ms", "")
        if timeout.isdecimal() and len(timeout.lstrip("0")) < len("10000"):
            case.headers["X-Request-Timeout-Ms"] = "20000"  # less may be too little for an answer
        if is_valid(case):  # no portable pattern can exclude U+FFFD; `test_bodies.py` tests that it is refused
            case.body = json.loads(json.dumps(case.body, ensure_ascii=False).replace("\ufffd", "?"))
            if case.operation.definition.raw["operationId"] == "explain_push":
                case.body = _with_one_id(case.body)
        self._pages.leave_out_made_up(case)

    def _note(self, case: Case, response: Response) -> None:
        name = case.operation.definition.raw["operationId"]
        self.seen[name, response.status_code] += 1
        if response.status_code == 200 and response.content:  # HEAD has none
            page = json.loads(response.content)
            self.seen[name, "rows"] += any(page.get(field) for field in ("items", "rows", "pushes"))
            self.seen[name, "followed"] += self._pages.is_followed(case)
            self.seen[name, "linked"] += self._pages.is_linked(case)
            self.seen[name, "more"] += self._pages.note(response)


def _with_one_id(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with exactly one of both ids: no portable schema says so without counting null as a value."""
    names = ("transaction_id", "marketing_id")
    given = [name for name in names if body.get(name) is not None]
    kept = {name: value for name, value in body.items() if name not in names}
    return kept | ({given[0]: body[given[0]]} if given else {"transaction_id": KNOWN["transaction_id"][0]})


def _wanted(operation: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the observations that a run needs for an operation; for a preflight, that it is accepted."""
    linked = ("linked",) if operation["operationId"] in LINKED else ()
    if operation["operationId"] in ONE_ANSWER:
        return (200, "rows", *linked)
    if "requestBody" in operation:
        return (200, "rows", "more", "followed", *linked)
    return (200 if "200" in operation["responses"] else 204,)


def _config(surface: Surface, seed: int, examples: int, mode: str) -> SchemathesisConfig:
    """Return the whole configuration: no file of a parent folder is read, no database of examples is kept."""
    return SchemathesisConfig.from_dict(
        {
            "base-url": surface.url,
            "seed": seed,
            "generation": {"max-examples": examples, "database": "none", "mode": mode},
            "phases": {"stateful": {"max-steps": STEPS, "generation": {"max-examples": examples // 2 + 1}}},
            "dictionaries": {name: {"values": values} for name, values in KNOWN.items()},
            "parameters": {
                f"body.{name}": {"dictionary": name, "probability": 0.8 if name in OFTEN else 0.4} for name in KNOWN
            },
            # A valid request is answered with a page and an invalid one with 400, and neither with anything else.
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["200", "204"]},
                "negative_data_rejection": {"expected-statuses": ["400", "403"] if surface.has_gateway else ["400"]},
            },
        }
    )


def _is_a_failure_of_ours(_context: HookContext, failure: Failure, _case: Case, response: Response) -> bool:
    """Drop what two checks say of API Gateway, which answers 403 where they want 405 and 401.

    A method that an API does not have, and a request without a signature, are alike to it: a missing token.
    `test_gateway_answers_an_undeclared_method_with_403` and its neighbour in `test_fuzz.py` hold it to that.
    """
    wanted = isinstance(failure, UnsupportedMethodResponse) or (
        isinstance(failure, MissingHeaderNotRejected) and failure.header_name == "Authorization"
    )
    return not (wanted and b'"missing_authentication_token"' in response.content and response.status_code == 403)
