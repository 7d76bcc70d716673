"""Arguments of a call in the types of the contract; what they cannot mean is refused before anything is sent."""

import logging
import operator
import unicodedata
from collections.abc import Iterable
from typing import Final, overload
from uuid import UUID

from .errors import ConfigurationError

# Formats (zero width, direction, joiners) and blanks other than the usual one: people copy them without seeing them.
_INVISIBLE: Final = frozenset({"Cf", "Zs", "Zl", "Zp"})
_log: Final = logging.getLogger("query_service_client")


@overload
def as_text(name: str, value: str | UUID) -> str: ...
@overload
def as_text(name: str, value: str | UUID | None) -> str | None: ...
def as_text(name: str, value: object) -> str | None:
    """Return a text or a UUID as a plain string; raise ConfigurationError for any other type, NaN among them."""
    if value is None:
        return None
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise _refused(name, "a str or a UUID", value)
    return str.__str__(value)  # of NumPy's strings and of enumerations the value


@overload
def as_id(name: str, value: str | UUID) -> str: ...
@overload
def as_id(name: str, value: str | UUID | None) -> str | None: ...
def as_id(name: str, value: str | UUID | None) -> str | None:
    """Return an id as `as_text` does; log a warning that names an invisible character in it."""
    text = as_text(name, value)
    if text is not None and not text.isascii():
        found = next((each for each in text if unicodedata.category(each) in _INVISIBLE), None)
        if found:
            _log.warning("%s holds an invisible character: U+%04X", name, ord(found))
    return text


def as_count(name: str, value: int | None) -> int | None:
    """Return a whole number, one of NumPy or pandas too, as an int; raise ConfigurationError for any other type."""
    if value is None:
        return None
    try:
        return operator.index(value)
    except TypeError:
        raise _refused(name, "a whole number", value) from None


def as_list(name: str, values: str | Iterable[str] | None) -> list[str] | None:
    """Return the values of a filter as a list; a string is one value. Raises ConfigurationError."""
    if values is None:
        return None
    if isinstance(values, str):
        return [as_text(name, values)]
    try:
        each = iter(values)
    except TypeError:
        raise _refused(name, "a str, or a list of them", values) from None
    return [as_text(name, value) for value in each]


def _refused(name: str, wanted: str, value: object) -> ConfigurationError:
    """Return the error for a value of another type; the message has no value, which may be personal data."""
    return ConfigurationError(f"{name} is {wanted}, not {type(value).__name__}")
