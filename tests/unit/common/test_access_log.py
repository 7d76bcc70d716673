"""The line of a request is one that CloudWatch reads metrics out of."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import logs
from common.logs import SUMMARIES, AccessLog

# JSON Schema of "Specification: Embedded metric format" in the CloudWatch user guide.
NAME = {"type": "string", "minLength": 1, "maxLength": 1024}
UNITS = ["Seconds", "Microseconds", "Milliseconds", "Bytes", "Percent", "Count", "None"]
METRIC = {
    "type": "object",
    "required": ["Name"],
    "properties": {"Name": NAME, "Unit": {"enum": UNITS}, "StorageResolution": {"enum": [1, 60]}},
    "additionalProperties": False,
}
DIMENSIONS = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 250}, "maxItems": 30}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "properties": {
        "Namespace": NAME,
        "Dimensions": {"type": "array", "items": DIMENSIONS},
        "Metrics": {"type": "array", "items": METRIC, "maxItems": 100},
    },
    "additionalProperties": False,
}
DOCUMENT = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "items": DIRECTIVE},
            },
            "additionalProperties": False,
        }
    },
}
FACTS = {
    "operation": "query_user",
    "method": "POST",
    "path": "/query/user",
    "upstream_ms": 3.5,
    "read_units": 0.5,
    "reasons": 3,
    "reasons_unknown": 1,
    "retries": 0,
    "shed": 1,
    "summaries_shed": 1,
    "breaker_open": 1,
    "cold_start": 1,
    "items": 10,
}

Write = Callable[[dict[str, Any], int], dict[str, Any]]


@pytest.fixture
def write() -> Iterator[Write]:
    """Write a line with some facts and a status, as the service does; give it back as CloudWatch reads it."""
    log = logging.getLogger("service.test_access_log")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    log.addHandler(handler)
    log.setLevel(logging.INFO)

    def written(facts: dict[str, Any], status: int) -> dict[str, Any]:
        line = AccessLog(log)
        line.facts |= facts
        line.write(status)
        read: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
        return read

    yield written
    log.removeHandler(handler)


def metrics_of(line: dict[str, Any]) -> dict[tuple[str, tuple[str, ...]], Any]:
    """Return what CloudWatch makes of a line: samples by name and dimensions; each reference has to have its target."""
    jsonschema.validate(line, DOCUMENT)
    samples = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            values = tuple(line[name] for name in dimensions)
            assert all(isinstance(value, str) and value for value in values)
            for metric in directive["Metrics"]:
                assert isinstance(line[metric["Name"]], int | float)
                assert not isinstance(line[metric["Name"]], bool)
                samples[metric["Name"], values] = line[metric["Name"]]
    return samples


def test_a_line_has_its_metrics_by_hop_and_by_operation(write: Write) -> None:
    """Each field that is one, once for the hop and once for the operation; a failure by its code beside."""
    line = write(FACTS | {"code": "gateway_timeout"}, 504)
    samples = metrics_of(line)
    names = {name for name, _ in samples}
    assert {*logs.UNITS, "errors"} - {"summary_ms"} == names
    assert (1, 0.5, 1) == (
        samples["requests", ("service",)],
        samples["read_units", ("service", "query_user")],
        samples["errors", ("service", "gateway_timeout")],
    )
    assert ("errors", ("service",)) not in samples


def test_a_line_has_the_names_that_every_hop_has(write: Write) -> None:
    """Facts stand in it as they are, with status and time."""
    line = write(FACTS, 200)
    assert FACTS | {"status": 200, "requests": 1, "event": "request", "hop": "service"} == {
        name: value for name, value in line.items() if name not in {"_aws", "time", "level", "duration_ms"}
    }
    assert 0 <= line["duration_ms"] < 1_000


def test_a_success_is_not_counted_as_an_error(write: Write) -> None:
    """A field that is missing has no sample: a zero would lower the average."""
    assert {"requests", "duration_ms"} == {name for name, _ in metrics_of(write({}, 200))}
    assert ("requests", ("service", "unknown")) in metrics_of(write({}, 404))


def test_the_time_of_a_summary_is_a_metric_of_its_own(write: Write) -> None:
    """The alarm on the time of look-ups does not see it."""
    assert {"requests", "summary_ms"} == {name for name, _ in metrics_of(write({"operation": SUMMARIES[0]}, 200))}


@given(st.dictionaries(st.sampled_from([*logs.UNITS]), st.integers(0, 10**9) | st.floats(0, 1e9)))
def test_any_fields_make_a_valid_document(facts: dict[str, float]) -> None:
    """Any combination of fields makes a document that CloudWatch takes."""
    line = {"hop": "service", "operation": "health", "requests": 1, "duration_ms": 0.1, **facts}
    samples = metrics_of(line | logs.embedded(line))
    assert {name for name, _ in samples} == {name for name in line if name in logs.UNITS}
