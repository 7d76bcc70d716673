"""The commands whose answer is not a list of records: `summary` and `explain`."""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, Final

import typer

from ..models.campaign_summary import CampaignSummary
from .contract import FIELDS, Answered
from .exit_codes import errors_as_exit_codes, say
from .explanation import write_explanation
from .formats import write_json
from .options import JSON, TARGET, option, signature, value
from .running import Target, opened, progress
from .summary import write_summary
from .table import View
from .words import flag

SUMMARY: Final = FIELDS.answers["summarize_marketing"]
EXPLANATION: Final = FIELDS.answers["explain_push"]


def summary(**given: Any) -> None:  # noqa: ANN401  # as its signature has them
    """Count a campaign; show the counts so far if that is interrupted or fails."""
    filters = _values(SUMMARY, given)
    counted: list[CampaignSummary] = []
    with errors_as_exit_codes(SUMMARY.key), opened(_target(given)) as client:
        try:
            with progress() as update:

                def so_far(total: CampaignSummary) -> None:
                    counted[:] = [total]
                    update(f"{total.rows:,} records ...")

                client.count_marketing(given[SUMMARY.key], progress=so_far, **filters)
        finally:
            for total in counted:
                _write_summary(total, given)


def _write_summary(found: CampaignSummary, given: Mapping[str, Any]) -> None:
    if given["json"]:
        write_json(found)
    else:
        write_summary(found, _view(given))
    if found.next_cursor is not None:
        say(f"stopped after {found.rows:,} records: these are the counts so far")
    elif not found.rows:
        say("no records")


def explain(**given: Any) -> None:  # noqa: ANN401  # as its signature has them
    """Explain a push; raise typer.BadParameter unless exactly one subject is given."""
    filters = _values(EXPLANATION, given)
    subjects = ("transaction_id", "marketing_id")
    if len([name for name in subjects if name in filters]) != 1:
        raise typer.BadParameter(f"give either {' or '.join(map(flag, subjects))}")
    with errors_as_exit_codes(EXPLANATION.key), opened(_target(given)) as client:
        with progress():
            found = client.explain_push(given[EXPLANATION.key], **filters)
        if given["json"]:
            write_json(found)
        elif left_out := write_explanation(found, _view(given, EXPLANATION.key, *filters)):
            say(f"a wider terminal also shows {', '.join(left_out)}; --json has everything")


def with_options(command: Callable[..., None], answer: Answered) -> Callable[..., None]:
    """Return a command with the argument and the options of its operation."""
    options = {name: option(name, described) for name, described in answer.filters.items()} | JSON | TARGET
    arguments = {answer.key: FIELDS.record[answer.key].description}
    command.__signature__ = signature(arguments, options)  # type: ignore[attr-defined]  # read by typer
    return command


def _values(answer: Answered, given: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value(name, described, given) for name, described in answer.filters.items()}
    return {name: each for name, each in found.items() if each is not None}


def _target(given: Mapping[str, Any]) -> Target:
    return Target(url=given["url"], profile=given["profile"], timeout=given["timeout"])


def _view(given: Mapping[str, Any], *known: str) -> View:
    return View(known=known, zone=UTC if given["utc"] else None, is_wide=False)
