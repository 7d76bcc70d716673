"""The Python of Lambda's runtime is written in one file."""

import re

from tools.deploy.packages import PYTHON, ROOT


def test_everything_that_names_the_runtime_agrees() -> None:
    """infra/runtime.json is read by Terraform and by the builder; the Dockerfile and the README repeat it."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    external = [image for image, _ in re.findall(r"^FROM (\S+) AS (\S+)$", dockerfile, re.MULTILINE) if ":" in image]
    assert 1 == len(external)
    assert re.fullmatch(rf"python:{re.escape(PYTHON)}-slim@sha256:[0-9a-f]{{64}}", external[0])
    assert f"Lambda's Python {PYTHON} (`infra/runtime.json`)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3." not in "".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra").rglob("*.tf"))
