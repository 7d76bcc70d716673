"""Who may call an operation: signature, resource policy and API key."""

import hmac
from collections.abc import Iterable

from tools.local import signatures
from tools.local.credentials import ApiKey, Identity
from tools.local.events import Caller
from tools.local.gateway_responses import ACCESS_DENIED, INVALID_API_KEY, GatewayError
from tools.local.integrations import Proxy
from tools.local.policy import Access, Decision, Policy
from tools.local.request import Call, Request
from tools.local.spec import Operation


class Admission:
    """The checks of one API. The policy comes after the signature, because its statements name who signed."""

    def __init__(
        self, policy: Policy | None, *, api_id: str, api_keys: Iterable[ApiKey], identities: Iterable[Identity]
    ) -> None:
        self._policy = policy
        self._api_id = api_id
        self._keys = list(api_keys)
        self._identities = {identity.access_key: identity for identity in identities}

    def admit(self, call: Call, operation: Operation) -> Caller:
        """Return who is calling, as far as the operation asks; raise GatewayError to those who are not let in."""
        identity = None
        if isinstance(operation.integration, Proxy):  # the document has neither signature nor policy for a mock
            identity = self._verify(call, operation.integration) if operation.signed else None
            self._authorize(call, operation.integration, identity)
        return Caller(
            identity=identity,
            api_key=self._api_key(call.request) if operation.needs_api_key else None,
        )

    def _verify(self, call: Call, integration: Proxy) -> Identity:
        return signatures.verify(call.request, self._identities, region=integration.region, now=call.received)

    def _authorize(self, call: Call, integration: Proxy, identity: Identity | None) -> None:
        if self._policy is None:
            return
        access = Access(
            resource=f"{call.stage}/{call.method}{call.path.rstrip('/') or '/'}",
            identity=identity,
            vpc_endpoint_id=call.vpc_endpoint_id,
        )
        decision = self._policy.decide(access)
        if decision is not Decision.ALLOW:
            raise GatewayError(ACCESS_DENIED, self._denial(access, integration, decision))

    def _denial(self, access: Access, integration: Proxy, decision: Decision) -> str:
        """Word the refusal as AWS does, which shows the last four digits of the account only."""
        user = access.identity.user_arn if access.identity else "anonymous"
        account = integration.account_id[-4:].rjust(12, "*")
        arn = f"arn:aws:execute-api:{integration.region}:{account}:{self._api_id}/{access.resource}"
        why = " with an explicit deny" if decision is Decision.EXPLICIT_DENY else ""
        return f"User: {user} is not authorized to perform: execute-api:Invoke on resource: {arn}{why}"

    def _api_key(self, request: Request) -> ApiKey:
        # Compared in constant time, as a key should be, though this one opens nothing but a stand-in.
        said = (request.header("x-api-key") or "").encode()
        key = next((known for known in self._keys if hmac.compare_digest(known.value.encode(), said)), None)
        if key is None or not key.enabled:
            raise GatewayError(INVALID_API_KEY)
        return key
