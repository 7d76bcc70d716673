"""The place of Terraform's AWS provider if the registry cannot be reached."""

import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

ADDRESS = "registry.terraform.io/hashicorp/aws"
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
SYSTEM = f"{platform.system().lower()}_{MACHINES.get(platform.machine(), platform.machine())}"


def settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables with which Terraform finds its provider.

    An existing configuration file comes first, then a mirror in the file system, then Terraform's registry.
    """
    configured = environ.get("TF_CLI_CONFIG_FILE", "")
    if Path(configured).is_file():
        return {"TF_CLI_CONFIG_FILE": configured}
    mirror = next(mirrors(environ), None)
    return {} if mirror is None else {"TF_CLI_ARGS_init": f"-plugin-dir={mirror}"}


def mirrors(environ: Mapping[str, str], root: Path = Path("/")) -> Iterator[Path]:
    """Yield the folders that have the provider for this machine, best first.

    TF_PLUGIN_MIRROR comes first, then Terraform's implied mirrors, then any folder two levels below the root.
    https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    """
    home = Path(environ.get("HOME", "~")).expanduser()
    shared = [environ.get("XDG_DATA_HOME") or str(home / ".local/share")]
    shared += (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(os.pathsep)
    named = [Path(environ["TF_PLUGIN_MIRROR"])] if environ.get("TF_PLUGIN_MIRROR") else []
    implied = [home / ".terraform.d/plugins", *(Path(folder) / "terraform/plugins" for folder in shared)]
    for place in (*named, *implied, *sorted(root.glob("*/*"))):
        try:
            if any((place / ADDRESS).glob(f"*/{SYSTEM}")):
                yield place
        except OSError:  # no permission to read it
            continue
