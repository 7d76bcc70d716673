import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.infra.provider import ADDRESS, SYSTEM, mirrors, settings
from tests.infra.workspace import ROOT


def mirror(folder: Path, system: str = SYSTEM) -> Path:
    """Make a mirror that has the provider for a system."""
    (folder / ADDRESS / "5.100.0" / system).mkdir(parents=True)
    return folder


def test_the_lock_file_has_the_provider_of_every_system() -> None:
    """A release has 14 packages and a list of them: `init` works on Linux and macOS, on any processor."""
    lock = (ROOT / "infra" / "terraform" / ".terraform.lock.hcl").read_text(encoding="utf-8")
    kinds = re.findall(r'^    "(h1|zh):', lock, re.MULTILINE)
    assert ["h1"] * 14 + ["zh"] * 15 == kinds


def test_an_existing_configuration_file_comes_first(tmp_path: Path) -> None:
    """Its author chose the place of the provider."""
    file = tmp_path / "terraformrc"
    file.write_text("", encoding="utf-8")
    assert {"TF_CLI_CONFIG_FILE": str(file)} == settings({"TF_CLI_CONFIG_FILE": str(file)})


def test_a_configuration_file_that_is_missing_is_left_out(tmp_path: Path) -> None:
    """Terraform would warn about it in every command; the mirror is used instead."""
    named = mirror(tmp_path / "named")
    environ = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing"), "TF_PLUGIN_MIRROR": str(named), "HOME": str(tmp_path)}
    assert {"TF_CLI_ARGS_init": f"-plugin-dir={named}"} == settings(environ)


def test_mirrors_are_found_where_terraform_looks_and_below_the_root(tmp_path: Path) -> None:
    """First the named mirror, then Terraform's implied ones, then folders two levels below the root."""
    environ = {
        "HOME": str(tmp_path / "home"),
        "TF_PLUGIN_MIRROR": str(mirror(tmp_path / "named")),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_DATA_DIRS": f"{tmp_path}/shared",
    }
    expected = [
        tmp_path / "named",
        mirror(tmp_path / "home/.terraform.d/plugins"),
        mirror(tmp_path / "data/terraform/plugins"),
        mirror(tmp_path / "shared/terraform/plugins"),
        mirror(tmp_path / "root/somewhere/plugins"),
    ]
    mirror(tmp_path / "root/somewhere/foreign", "plan9_mips")
    assert expected == list(mirrors(environ, root=tmp_path / "root"))


def test_without_terraform_the_run_reports_it(tmp_path: Path) -> None:
    """The tests of the stack are skipped, and the last lines name them."""
    test = "tests/infra/test_lifecycle.py::test_the_configuration_is_formatted"
    command = [sys.executable, "-m", "pytest", test, "-q", "-p", "no:cacheprovider"]
    environ = {name: value for name, value in os.environ.items() if name != "CI"} | {"PATH": str(tmp_path)}
    assert shutil.which("terraform", path=str(tmp_path)) is None
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)  # noqa: S603  # our own arguments
    assert 0 == done.returncode, done.stdout
    assert "1 skipped" in done.stdout
    assert "NOT TESTED, the stack in infra/terraform: there is no terraform on this machine" in done.stdout
