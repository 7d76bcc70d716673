"""The malformed requests of the attacks on the load balancer."""

from lab.faults.shapes import shapes


def test_shapes_differ_and_the_first_is_the_control() -> None:
    """Each has its own bytes and request id; the control is two well-formed requests."""
    found = list(shapes())
    assert len(found) == len({shape.raw for shape in found}) == len({shape.request_id for shape in found})
    assert [2] == [shape.requests for shape in found if shape.requests > 1]
    assert 2 == found[0].requests
