"""Routing follows API Gateway's resource tree."""

import re

import pytest

from tools.local.errors import SpecError
from tools.local.routes import Routes

ROUTES = Routes(
    {
        "/": {"GET": "root"},
        "/{any+}": {"GET": "greedy", "OPTIONS": "preflight"},
        "/items": {"GET": "list", "POST": "create"},
        "/items/{item.id}": {"GET": "read", "PUT": "replace"},
        "/items/special": {"GET": "special"},
        "/items/{item.id}/parts/{part-id}": {"GET": "part"},
        "/a.b": {"GET": "dot"},
    }
)


@pytest.mark.parametrize(
    ("method", "path", "expected", "parameters"),
    [
        ("GET", "/", "root", {}),
        ("GET", "/items", "list", {}),
        ("GET", "/items/", "list", {}),
        ("GET", "/items/special", "special", {}),
        ("PUT", "/items/special", "replace", {"item.id": "special"}),
        ("GET", "/items/1", "read", {"item.id": "1"}),
        ("GET", "/items/1/parts/2", "part", {"item.id": "1", "part-id": "2"}),
        ("GET", "/items/1/parts", "greedy", {"any": "items/1/parts"}),
        ("OPTIONS", "/items", "preflight", {"any": "items"}),
        ("GET", "/items//parts/2", "greedy", {"any": "items//parts/2"}),
        ("GET", "/items/a%2Fb", "read", {"item.id": "a%2Fb"}),
        ("GET", "/a.b", "dot", {}),
        ("GET", "/axb", "greedy", {"any": "axb"}),
    ],
)
def test_most_special_resource_with_the_method_is_reached(
    method: str, path: str, expected: str, parameters: dict[str, str]
) -> None:
    """A literal goes before a variable, that before a greedy one; a general resource takes what a special one lacks."""
    match = ROUTES.match(method, path)
    assert match is not None
    assert (expected, parameters) == (match.target, match.path_parameters)


@pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("DELETE", "/items"), ("get", "/items")])
def test_nothing_is_reached_by_another_method(method: str, path: str) -> None:
    """A method that no matching resource has is as unknown as a path."""
    assert ROUTES.match(method, path) is None


def test_root_is_no_value_of_a_greedy_variable() -> None:
    """A greedy variable takes at least one character."""
    assert Routes({"/{any+}": {"GET": "greedy"}}).match("GET", "/") is None


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (
            ["/items/{id}", "/items/{name}/parts"],
            "paths//items/{name}/parts: {id} is already the variable at the place of {name}",
        ),
        (["/{id}", "/{id+}"], "paths//{id+}: {id} is already the variable at the place of {id+}"),
        (["/items/{id+}/parts"], "paths//items/{id+}/parts: nothing can be below the greedy {id+}"),
        (["/items/item-{id}"], "paths//items/item-{id}: item-{id} is no path part"),
        (["/items/a b"], "paths//items/a b: a b is no path part"),
    ],
)
def test_tree_that_aws_refuses_is_refused(paths: list[str], message: str) -> None:
    """One variable at one place, nothing below a greedy one, and a variable is a whole segment."""
    with pytest.raises(SpecError, match=f"^{re.escape(message)}$"):
        Routes({path: {"GET": path} for path in paths})


def test_one_variable_may_have_resources_below() -> None:
    """The same name at the same place is one variable."""
    routes = Routes({"/items/{id}": {"GET": "item"}, "/items/{id}/parts": {"GET": "parts"}})
    assert ["item", "parts"] == sorted(routes.targets())
