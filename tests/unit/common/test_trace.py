"""Which trace a request belongs to, by either kind of header."""

import pytest

from common import trace

W3C = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
X_RAY = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"traceparent": W3C}, "0af7651916cd43dd8448eb211c80319c"),
        ({"x-amzn-trace-id": X_RAY}, "67891233abcdef012345678912345678"),
        (
            {"x-amzn-trace-id": "Self=1-1-1; Root=1-67891233-abcdef012345678912345678"},
            "67891233abcdef012345678912345678",
        ),
        ({"traceparent": W3C, "x-amzn-trace-id": X_RAY}, "0af7651916cd43dd8448eb211c80319c"),
        ({"traceparent": "00-nothing", "x-amzn-trace-id": X_RAY}, "67891233abcdef012345678912345678"),
        ({"traceparent": f"{W3C}-what.comes.later"}, "0af7651916cd43dd8448eb211c80319c"),
        ({"traceparent": W3C.upper()}, None),
        ({"traceparent": f"x{W3C}"}, None),
        ({"x-amzn-trace-id": "Root=1-67891233"}, None),
        ({"x-amzn-trace-id": ""}, None),
        ({}, None),
    ],
)
def test_trace_id_is_that_of_w3c_else_of_x_ray(headers: dict[str, str], expected: str | None) -> None:
    """32 hexadecimal digits, as both have them; anything else is no trace."""
    assert expected == trace.trace_id(headers)


def test_headers_go_on_as_they_came() -> None:
    """Empty ones, other ones, and text that no header may carry, stay behind."""
    headers = {"traceparent": W3C, "x-amzn-trace-id": X_RAY, "tracestate": "", "baggage": "x=1", "accept": "*/*"}
    assert {"traceparent": W3C, "x-amzn-trace-id": X_RAY} == trace.passed_on(headers)
    assert {} == trace.passed_on({"traceparent": "\xe9", "tracestate": "使"})
