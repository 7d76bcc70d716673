from pathlib import Path

from tools.deploy.packages import FUNCTIONS, ROOT
from tools.deploy.sources import own_files


def written(root: Path, files: dict[str, str]) -> None:
    """Write files below `root`."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_a_function_gets_its_folder_and_what_that_imports_of_common(tmp_path: Path) -> None:
    """However it is imported, and however indirectly; nothing that it does not import."""
    files = {
        "function/__init__.py": "",
        "function/handler.py": "import os\nimport common.deadline\nfrom common import events, MISSING\n",
        "function/contract.json": "{}",
        "function/__pycache__/handler.cpython-311.pyc": "",
        "common/__init__.py": "",
        "common/bodies.py": "",
        "common/deadline.py": "",
        "common/events.py": "from common.problem import Problem\n",
        "common/problem.py": "",
        "service/app.py": "",
    }
    written(tmp_path, files)
    found = {path.as_posix() for path in own_files(tmp_path, "function")}
    assert (
        files.keys() - {"function/__pycache__/handler.cpython-311.pyc", "common/bodies.py", "service/app.py"} == found
    )


def test_each_function_is_a_folder_with_a_handler_and_a_lock_file() -> None:
    """What the table of functions names is there."""
    for function in FUNCTIONS:
        assert (ROOT / function.folder / "handler.py").is_file()
        assert (ROOT / function.lock).is_file()
