"""Hooks for `st run` (schemathesis.toml): credentials, and answers that are right but that no schema can foresee."""

import json
import os
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import requests
import requests.auth
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
from schemathesis import BaseSchema, Case, HookContext, Response
from schemathesis.core.failures import Failure

# By the code of a refusal: the field that was refused, and the field of the page before that gives it.
PAGING: Final = {"invalid_cursor": ("cursor", "next_cursor"), "invalid_position": ("position", "next_position")}

# An explanation takes one of these.
ONE_OF: Final = ("transaction_id", "marketing_id")
# With less time than this a query may end in 504.
ENOUGH_MS: Final = 10_000


class ApiKey(requests.auth.AuthBase):
    """Adds the key of QUERY_SERVICE_API_KEY in the header of a security scheme. Raises RuntimeError without one."""

    def __init__(self, scheme: Mapping[str, Any]) -> None:
        self._header: str = scheme["name"]
        self._key = os.environ.get("QUERY_SERVICE_API_KEY", "")
        if not self._key:
            raise RuntimeError("Nothing was tested: set QUERY_SERVICE_API_KEY to an API key.")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add it."""
        request.headers[self._header] = self._key
        return request


class Signature(requests.auth.AuthBase):
    """Signs requests (SigV4) with the credentials that botocore finds. Raises RuntimeError without any."""

    def __init__(self, _scheme: Mapping[str, Any]) -> None:
        session = Session()
        credentials = session.get_credentials()
        if credentials is None:
            raise RuntimeError("Nothing was tested: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
        region = session.get_config_variable("region") or "ap-southeast-1"
        self._signer = SigV4Auth(credentials, "execute-api", region)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the signature, the last thing to happen to a request."""
        signed = AWSRequest(request.method, request.url, data=request.body or b"")
        self._signer.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


CREDENTIALS: Final[Mapping[str, Callable[[Mapping[str, Any]], requests.auth.AuthBase]]] = {
    "api_key": ApiKey,
    "sigv4": Signature,
}


@schemathesis.hook
def after_load_schema(_context: HookContext, schema: BaseSchema) -> None:
    """Send the credentials that the contract asks for."""
    document: Any = schema.raw_schema
    for name, scheme in document["components"]["securitySchemes"].items():
        schema.auth.set_from_requests(CREDENTIALS[name](scheme))


# By the path and the cursor (or position) of a page: the query that it belongs to.
_issued: Final[dict[tuple[str, str], dict[str, Any]]] = {}


@schemathesis.hook
def after_call(_context: HookContext, case: Case[Any], response: Response) -> None:
    """Remember which query the next page belongs to."""
    if response.status_code != HTTPStatus.OK or not isinstance(case.body, dict):
        return
    page = json.loads(response.content)
    for sent_as, given_as in PAGING.values():
        if given_as in page:
            before = _issued.get((case.path, _text(case.body.get(sent_as))))
            _issued[case.path, _text(page[given_as])] = before or _query(case.body, sent_as)


@schemathesis.hook
def filter_failure(_context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Drop a failure where the answer is right; `st explain` describes the codes of failures."""
    return not (failure.code in RIGHT and RIGHT[failure.code](case, response))


def _has_no_token(_case: Case[Any], response: Response) -> bool:
    """Tell whether API Gateway met no operation or no signature: it answers both with 403, not with 405 and 401."""
    return (
        response.status_code == HTTPStatus.FORBIDDEN
        and json.loads(response.content)["code"] == "missing_authentication_token"
    )


def _is_rightly_refused(case: Case[Any], response: Response) -> bool:
    """Tell whether a valid request breaks a rule that no portable schema can express.

    A cursor or position is of a page of the same query. An explanation is asked for by one id. U+FFFD is no text.
    """
    body: Any = case.body
    code = _code(response)
    if code in PAGING:
        sent_as, _ = PAGING[code]
        query = _issued.get((case.path, _text(body[sent_as])))
        return query is None or any(query.get(name) != value for name, value in _query(body, sent_as).items())
    ids = [name for name in ONE_OF if body.get(name) is not None]
    return code == "invalid_body" and ("\ufffd" in _text(body) or (case.path == "/query/push" and len(ids) != 1))


def _had_little_time(case: Case[Any], response: Response) -> bool:
    """Tell whether the request itself left too little time for the answer."""
    milliseconds = case.headers.get("X-Request-Timeout-Ms", "")
    return (
        response.status_code == HTTPStatus.GATEWAY_TIMEOUT
        and milliseconds.isdecimal()
        and int(milliseconds) < ENOUGH_MS
    )


RIGHT: Final[Mapping[str, Callable[[Case[Any], Response], bool]]] = {
    "ST101": _had_little_time,
    "ST202": _is_rightly_refused,
    "ST203": _has_no_token,
    "ST204": _has_no_token,
}


def _code(response: Response) -> str:
    try:
        return str(json.loads(response.content)["code"])
    except (ValueError, KeyError, TypeError):  # no problem document, which is a failure of its own
        return ""


def _query(body: Mapping[str, Any], paging: str) -> dict[str, Any]:
    """Return the fields of a request that select rows; null means the same as absent."""
    return {name: value for name, value in body.items() if name not in ("limit", paging) and value is not None}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
