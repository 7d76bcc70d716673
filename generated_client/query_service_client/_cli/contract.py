"""The part of the contract that the commands are made of, from `fields.json`."""

from pathlib import Path
from typing import Final

import msgspec

from .options import Filter


class Listed(msgspec.Struct):
    """An operation that answers pages of records."""

    summary: str
    key: str
    example: str
    largest_page: int
    filters: list[str]


class Answered(msgspec.Struct):
    """An operation that answers something else."""

    summary: str
    key: str
    example: str
    filters: dict[str, Filter]


class _Described(msgspec.Struct):
    description: str


class _Fields(msgspec.Struct):
    operations: dict[str, Listed]
    answers: dict[str, Answered]
    filters: dict[str, Filter]
    record: dict[str, _Described]


FIELDS: Final = msgspec.json.decode(Path(__file__).with_name("fields.json").read_bytes(), type=_Fields)
