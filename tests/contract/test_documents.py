"""Documents name only what exists: paths, make targets, modules, dotted names and environment variables."""

import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "infra/*.md", "openapi/*/*.md", "generated_client/*.md", "tools/sdk/**/*.md")
    for path in ROOT.glob(pattern)
)
IGNORED = {"node_modules", "dist", "__pycache__", ".venv", ".cache", ".git"}
EXTENSIONS = "css|hcl|html|j2|jinja|js|json|md|py|sh|tf|toml|ts|txt|yaml|yml|tfbackend|tfvars|tftpl"
PATH = re.compile(rf"(?:[\w.*-]+/)*(?:[\w.*-]+/|[\w.*-]+\.(?:{EXTENSIONS}))")
PACKAGES = ("common", "service", "query_lambda", "result_lambda", "generated_client", "tools", "lab")
DOTTED = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
# Files of other places: artefacts of `make dist`, files of a reader or of an account, and names inside a wheel.
ELSEWHERE = re.compile(r"dist/.*|openapi\.json|rows\.\w+|_cli/|_runtime\.py|schema\.d\.ts|takeover\..*|\.?/?tmp/.*")


def name(path: Path) -> str:
    """Return a document's path in the repository."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_paths_exist(document: Path) -> None:
    """A path in backticks exists from the root, from the document's folder, or from a folder named in its paragraph."""
    missing = {path for paragraph in paragraphs(document) for path in _missing(paragraph, document.parent)}
    assert set() == missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_make_targets_exist(document: Path) -> None:
    """Each target after `make` in code is one of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for code in codes(document)
        for line in re.findall(r"\bmake((?: [a-z]+)+)", code)
        for target in line.split()
    }
    assert set() == named - targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_modules_and_dotted_names_exist(document: Path) -> None:
    """Each module after `python -m` can be found, and each dotted name of our packages resolves."""
    code = "\n".join(codes(document))
    modules = set(re.findall(r"python3? -m ([\w.]+)", code))
    assert [] == [module for module in modules if importlib.util.find_spec(module) is None]
    assert [] == [each for each in codes(document) if DOTTED.fullmatch(each) and not _resolves(each)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_variables_exist(document: Path) -> None:
    """A variable in backticks occurs in a file that is no document; OpenTelemetry reads OTEL_*."""
    named = {code for code in codes(document) if re.fullmatch(r"(?!OTEL_)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", code)}
    assert set() == {variable for variable in named if not re.search(rf"\b{variable}\b", _everything())}


@pytest.mark.parametrize("folder", ["service", "query_lambda", "result_lambda", "common"])
def test_the_architecture_names_every_deployed_module(folder: str) -> None:
    """docs/architecture.md has a table for each deployable, with all of its modules."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.split(f"| `{folder}/` |", 1)[1].split("\n\n", 1)[0]
    modules = {path.name for path in (ROOT / folder).glob("*.py")} - {"__init__.py"}
    assert modules == set(re.findall(r"`(\w+\.py)`", table))


def paragraphs(document: Path) -> list[str]:
    """Return the paragraphs, list items and tables of a document, without its blocks of code."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.split(r"\n\s*\n|\n(?=- )", text)


def codes(document: Path) -> list[str]:
    """Return the code in a document: blocks, and spans in backticks."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL)
    return [*blocks, *(code for paragraph in paragraphs(document) for code in re.findall(r"`([^`]+)`", paragraph))]


def _missing(paragraph: str, folder: Path) -> Iterator[str]:
    named = [code for code in re.findall(r"`([^`\s]+)`", paragraph) if PATH.fullmatch(code)]
    starts = [ROOT, folder]
    folders = starts + [start / each for start in starts for each in named if (start / each).is_dir()]
    for path in named:
        if not ELSEWHERE.fullmatch(path) and not any(any(start.glob(path.rstrip("/"))) for start in folders):
            yield path


def _resolves(dotted: str) -> bool:
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


@cache
def _everything() -> str:
    """Return the text of all files that are not documents."""
    files = (path for path in ROOT.rglob("*") if not IGNORED & set(path.relative_to(ROOT).parts[:-1]))
    texts = (
        path.read_text(encoding="utf-8", errors="ignore") for path in files if path.is_file() and path.suffix != ".md"
    )
    return "\n".join(texts)
