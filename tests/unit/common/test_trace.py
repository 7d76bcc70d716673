"""The trace headers of a request: W3C Trace Context and AWS X-Ray."""

import pytest

from common.request import trace_headers, trace_id

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
    """Both have 32 hexadecimal digits; without a valid header the result is None."""
    assert expected == trace_id(headers)


def test_headers_go_on_as_they_came() -> None:
    """All three, and no other; empty ones are left out."""
    headers = {"traceparent": W3C, "x-amzn-trace-id": X_RAY, "tracestate": "a=1, b=2"}
    assert headers == trace_headers(headers | {"baggage": "x=1", "accept": "*/*"})
    assert {} == trace_headers({"traceparent": "", "tracestate": "", "x-amzn-trace-id": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("traceparent", "\xe9"),
        ("traceparent", "00-aa-bb-01"),
        ("traceparent", f"{W3C}-{'x' * 256}"),
        ("tracestate", "使"),
        ("tracestate", "a=1\n"),
        ("tracestate", "a=" + "x" * 511),
        ("tracestate", ",".join(f"k{number}=1" for number in range(33))),
        ("x-amzn-trace-id", f"{X_RAY};x={'y' * 9_000}"),
        ("x-amzn-trace-id", f"x={'y' * 200};{X_RAY}"),
        ("x-amzn-trace-id", "Root=1-12345678-1234"),
        ("x-amzn-trace-id", f"{X_RAY};x=\xe9"),
    ],
)
def test_malformed_and_long_headers_are_dropped(name: str, value: str) -> None:
    """The others go on: a request does not fail for its trace."""
    other = {"traceparent": W3C} if name != "traceparent" else {"x-amzn-trace-id": X_RAY}
    assert other == trace_headers(other | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tracestate", "a=" + "x" * 510),
        ("tracestate", ",".join(f"k{number}=1" for number in range(32))),
        ("x-amzn-trace-id", f"Self=1-67891233-12456789abcdef012345678;{X_RAY};CalledFrom=app"),
        ("x-amzn-trace-id", f"{X_RAY};Lineage=1:a87bd80c:1|68fd508a:5"),
    ],
)
def test_headers_up_to_the_bounds_go_on(name: str, value: str) -> None:
    """Those of the W3C recommendation, and fields that load balancers, Lambda and applications add."""
    assert {name: value} == trace_headers({name: value})
