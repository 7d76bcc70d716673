import re

from tests.infra.workspace import ROOT

SKIP = re.compile(r"checkov:skip=(\w+):?(.*)")
REASON_CHARACTERS = 20


def test_every_finding_that_is_let_through_has_its_reason() -> None:
    """Checkov (`make scan`) finds nothing else; what it is told to skip says in words why."""
    files = sorted((ROOT / "infra" / "terraform").rglob("*.tf"))
    skips = [(file.name, *found) for file in files for found in SKIP.findall(file.read_text(encoding="utf-8"))]
    assert skips
    assert [] == [skip for skip in skips if len(skip[2].strip()) < REASON_CHARACTERS]
