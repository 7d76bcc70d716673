import re

from tests.infra.workspace import ROOT

SKIP = re.compile(r"checkov:skip=(\w+):?(.*)")
REASON_CHARACTERS = 20


def test_every_skipped_finding_has_a_reason() -> None:
    """Each `checkov:skip` explains why."""
    files = sorted((ROOT / "infra" / "terraform").rglob("*.tf"))
    skips = [(file.name, *found) for file in files for found in SKIP.findall(file.read_text(encoding="utf-8"))]
    assert skips
    assert [] == [skip for skip in skips if len(skip[2].strip()) < REASON_CHARACTERS]
