"""`python -m tools.migration read-plan`: the changes of a Terraform plan, in one table."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from tools.migration.command import MisuseError, Outcome, Report, end

# What holds data, or serves callers: a plan that deletes or replaces one of these is refused.
_KEPT: Final = frozenset(
    {
        "aws_api_gateway_api_key",
        "aws_api_gateway_rest_api",
        "aws_api_gateway_stage",
        "aws_api_gateway_usage_plan",
        "aws_api_gateway_usage_plan_key",
        "aws_cloudwatch_log_group",
        "aws_dynamodb_table",
        "aws_ecr_repository",
        "aws_ecs_cluster",
        "aws_ecs_service",
        "aws_kms_key",
        "aws_lambda_function",
        "aws_lambda_permission",
        "aws_lb",
        "aws_secretsmanager_secret",
    }
)
_ADDED: Final = {"global_secondary_index", "attribute"}  # all that may change of an existing table
_TABLE: Final = "aws_dynamodb_table"


@dataclass(frozen=True)
class Line:
    """One change that is worth a line."""

    refused: bool
    action: str
    address: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class Plan(Report):
    """The changes of a plan; creations are counted by type."""

    lines: Sequence[Line]
    created: Mapping[str, int]

    def outcome(self) -> Outcome:
        """Return the exit code."""
        return Outcome.FINDING if any(line.refused for line in self.lines) else Outcome.GOOD

    def show(self, console: Console) -> None:
        """Print the table, refused changes first."""
        for line in sorted(self.lines, key=lambda one: not one.refused):
            mark = "✗" if line.refused else "✓"
            text = f"{mark} {line.action:<8} {line.address}  {line.seen}".rstrip()
            console.print(text, markup=False, highlight=False, soft_wrap=True)
        kinds = ", ".join(f"{count} {kind.removeprefix('aws_')}" for kind, count in sorted(self.created.items()))
        console.print(f"✓ create   {sum(self.created.values())}: {kinds}", highlight=False, soft_wrap=True)
        refused = "Do not apply: it would remove or change what is marked ✗."
        good = "Nothing that holds data or serves callers is replaced or destroyed."
        console.print(refused if self.outcome() == Outcome.FINDING else good, highlight=False)


def read_plan(
    file: Annotated[typer.FileText, typer.Argument(help="Output of `terraform show -json <plan>`; - for stdin.")],
    *,
    may_destroy: Annotated[list[str] | None, typer.Option(help="Module whose resources may go.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Print the changes of a plan, and refuse one that removes a resource that holds data or serves callers.

    Exit code: 0 the plan can be applied; 1 it must not be; 2 not started.

    Example: python -m tools.migration read-plan move.json, where move.json is what `terraform show -json` printed
    """
    changes = _changes(file.read())
    lines = [line for change in changes for line in _lines(change, tuple(may_destroy or ()))]
    created = Counter(str(one["type"]) for one in changes if one["change"]["actions"] == ["create"])
    end(Plan(lines=lines, created=created), as_json=as_json)


def _changes(text: str) -> list[dict[str, Any]]:
    """Return the changes of a plan as JSON; raise MisuseError if it is not a plan."""
    try:
        return list(json.loads(text)["resource_changes"])
    except (ValueError, KeyError, TypeError) as exc:
        hint = "run: terraform show -json move.tfplan | python -m tools.migration read-plan -"
        raise MisuseError(f"that is no plan as JSON: {hint}") from exc


def _lines(resource: Mapping[str, Any], may_destroy: tuple[str, ...]) -> Iterator[Line]:
    change, address, kind = resource["change"], resource["address"], resource["type"]
    actions = set(change["actions"])
    imported = "taken over" if change.get("importing") else ""
    if "delete" in actions:
        action = "replace" if "create" in actions else "destroy"
        allowed = kind not in _KEPT or address.startswith(tuple(f"{name}." for name in may_destroy))
        paths = ", ".join(str(path[0]) for path in change.get("replace_paths", []))
        yield Line(not allowed, action, address, f"because of {paths}" if paths else "")
    elif "update" in actions:
        changed = _changed(change)
        refused = kind == _TABLE and bool(set(changed) - _ADDED or _removed_indexes(change))
        seen = ", ".join(filter(None, [imported, f"changes {', '.join(changed)}"]))
        yield Line(refused, "update", address, seen)
    elif imported and actions == {"no-op"}:
        yield Line(False, "import", address, imported)


def _changed(change: Mapping[str, Any]) -> list[str]:
    """Return the attributes that an update changes."""
    before, after, unknown = (change.get(part) or {} for part in ("before", "after", "after_unknown"))
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return sorted(name for name in names if name in after or unknown.get(name) is not True)


def _removed_indexes(change: Mapping[str, Any]) -> set[str]:
    before, after = (
        {index["name"] for index in (change[part] or {}).get("global_secondary_index") or []}
        for part in ("before", "after")
    )
    return before - after
