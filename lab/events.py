"""The proxy event that API Gateway sends to a function (REST API, format 1.0)."""

from collections.abc import Mapping
from typing import Any


def proxy_event(method: str, path: str, headers: Mapping[str, str], body: str | None) -> dict[str, Any]:
    """Return the event of a request to `path`, which is below the stage."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": dict(headers) or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "example",
            "httpMethod": method,
            "identity": {"sourceIp": "192.0.2.10", "userAgent": "lab"},
            "path": f"/v1{path}",
            "protocol": "HTTP/1.1",
            "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e",
            "requestTimeEpoch": 1794924623819,
            "resourceId": "abc123",
            "resourcePath": path,
            "stage": "v1",
        },
        "body": body,
        "isBase64Encoded": False,
    }
