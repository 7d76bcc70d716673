"""The Python of Lambda's runtime is written in one file."""

from tools.deploy.packages import PYTHON, ROOT


def test_everything_that_names_the_runtime_agrees() -> None:
    """infra/runtime.json is read by Terraform and by the builder; the Dockerfile and the README repeat it."""
    assert f"\nARG PYTHON={PYTHON}\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"Lambda's Python {PYTHON} (`infra/runtime.json`)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3." not in "".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra").rglob("*.tf"))
