"""Mutated requests on all surfaces of the running chain: no 5xx, and every refusal is a valid problem document."""

import json
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks.mutations import ATTACKS, VALID, VALUES, Sent, fault, mutated
from tests.contract.fuzz_surfaces import SURFACES, Surface
from tests.invocations import invoke, proxy_event
from tools.local.stack import Stack, result_lambda_handler

# API Gateway answers these before the contract applies; no contract can make them problem documents.
GATEWAY_ALONE = {413, 414, 431}
MISSING = object()  # in place of a member of an event: removes it
# The access log shows any method and path, so these values hold no user id: the scan of the log would report it.
MEMBERS = (MISSING, *(value for value in VALUES if value != VALID["/query/user"]["user_id"]))
CHANGES = st.dictionaries(st.sampled_from([*proxy_event("GET", "/"), "unknown"]), st.sampled_from(MEMBERS), max_size=2)


@pytest.fixture(scope="module")
def handler(stack: Stack) -> Callable[[Any, Any], Any]:
    """Give result_lambda's handler on the chain's tables."""
    return result_lambda_handler({"DYNAMODB_ENDPOINT_URL": stack.dynamodb_url})


def exchange(surface: Surface, sent: Sent) -> tuple[int, dict[str, str], bytes]:
    """Send a request as it is, with the credentials of the surface, and return status, headers and body."""
    request = requests.PreparedRequest()
    request.method, request.url, request.body = sent.method, surface.url + sent.path, sent.body
    request.headers = requests.structures.CaseInsensitiveDict(sent.headers)
    if surface.auth is not None:
        request = surface.auth(request)
    address = urlsplit(surface.url)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=60)
    connection.request(sent.method, address.path + sent.path, sent.body, dict(request.headers))
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


@pytest.mark.parametrize("name", ["public-gateway", "internal-gateway", "service"])
def test_a_mutated_request_gets_a_page_or_a_problem_document(stack: Stack, name: str) -> None:
    """No dependency fails, so that any 5xx is a fault."""
    surface = SURFACES[name](stack)

    @ATTACKS
    @given(mutated())
    def attack(sent: Sent) -> None:
        response = exchange(surface, sent)
        assert (surface.has_gateway and response[0] in GATEWAY_ALONE) or fault(*response) is None

    attack()


@pytest.mark.parametrize("name", ["public-gateway", "internal-gateway", "service"])
@pytest.mark.parametrize("path", sorted(VALID))
def test_an_unchanged_request_is_answered(stack: Stack, name: str, path: str) -> None:
    """Requests that never get past the first check would show nothing."""
    sent = Sent("POST", path, {"Content-Type": "application/json"}, json.dumps(VALID[path]).encode())
    assert 200 == exchange(SURFACES[name](stack), sent)[0]


def test_a_mutated_event_gets_a_proxy_response(handler: Callable[[Any, Any], Any]) -> None:
    """result_lambda answers any event: members missing, or with values of any type."""

    @ATTACKS
    @given(mutated(), CHANGES)
    def attack(sent: Sent, changed: dict[str, Any]) -> None:
        event = proxy_event(sent.method, sent.path, sent.body.decode("latin-1"), sent.headers)
        event.update(changed)
        response = invoke(handler, {name: value for name, value in event.items() if value is not MISSING})
        assert fault(response.status, response.headers, response.text.encode()) is None

    attack()
