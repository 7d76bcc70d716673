"""Which operation a path and a method reach, by the rules of API Gateway's resource tree."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tools.local.errors import SpecError

T = TypeVar("T")

_SEGMENT = re.compile(r"[A-Za-z0-9_.,:-]+|\{[A-Za-z0-9_.-]+\+?\}")
_LITERAL, _VARIABLE, _GREEDY = range(3)


@dataclass(frozen=True)
class Match(Generic[T]):
    """What a path reaches, and the values of the path's variables as they were sent: not decoded."""

    target: T
    path_parameters: Mapping[str, str]


@dataclass(frozen=True)
class _Route(Generic[T]):
    rank: tuple[int, ...]
    pattern: re.Pattern[str]
    variables: tuple[str, ...]
    targets: Mapping[str, T]


class Routes(Generic[T]):
    """The resources of a document. A literal segment goes before a variable one, that before a greedy one."""

    def __init__(self, resources: Mapping[str, Mapping[str, T]]) -> None:
        """Compile `{template: {METHOD: target}}`; SpecError for a tree that API Gateway refuses to build."""
        _check_tree(resources)
        self._routes = sorted((_route(path, targets) for path, targets in resources.items()), key=lambda r: r.rank)

    def match(self, method: str, path: str) -> Match[T] | None:
        """Find the target of a path without its stage; a trailing slash makes no difference.

        A more general resource takes the methods that a more special one lacks.
        """
        path = path.rstrip("/") or "/"
        for route in self._routes:
            if method in route.targets and (found := route.pattern.fullmatch(path)):
                return Match(route.targets[method], dict(zip(route.variables, found.groups(), strict=True)))
        return None

    def targets(self) -> Iterable[T]:
        """All that can be reached."""
        return (target for route in self._routes for target in route.targets.values())


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _rank(segment: str) -> int:
    if not segment.startswith("{"):
        return _LITERAL
    return _GREEDY if segment.endswith("+}") else _VARIABLE


def _route(path: str, targets: Mapping[str, T]) -> _Route[T]:
    segments = _segments(path)
    ranks = tuple(_rank(segment) for segment in segments)
    values = {_VARIABLE: "([^/]+)", _GREEDY: "(.+)"}
    pattern = "".join(f"/{values.get(_rank(segment), re.escape(segment))}" for segment in segments) or "/"
    variables = tuple(segment.strip("{+}") for segment in segments if _rank(segment) != _LITERAL)
    return _Route(ranks, re.compile(pattern), variables, targets)


def _check_tree(resources: Iterable[str]) -> None:
    variables: dict[tuple[str, ...], str] = {}
    for path in resources:
        parents: tuple[str, ...] = ()
        for segment in _segments(path):
            if not _SEGMENT.fullmatch(segment):
                raise SpecError(f"paths/{path}: {segment} is no path part")
            if parents and _rank(parents[-1]) == _GREEDY:
                raise SpecError(f"paths/{path}: nothing can be below the greedy {parents[-1]}")
            if _rank(segment) != _LITERAL and variables.setdefault(parents, segment) != segment:
                raise SpecError(f"paths/{path}: {variables[parents]} is already the variable at the place of {segment}")
            parents = (*parents, segment)
