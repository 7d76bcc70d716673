import re

from tests.infra.stack import Stack
from tests.infra.workspace import ROOT

IMPORT = re.compile(r"^terraform import '(\S+)' (\S+)$", re.MULTILINE)


def test_import_commands_name_resources_of_the_stack(stack: Stack) -> None:
    """The `terraform import` commands of docs/migration.md have addresses of the stack and ids of AWS."""
    commands = IMPORT.findall((ROOT / "docs" / "migration.md").read_text(encoding="utf-8"))
    assert 4 == len(commands)
    names = {address: {stack.state[address].get("id"), stack.state[address]["name"]} for address, _ in commands}
    assert [] == [address for address, ident in commands if ident not in names[address]]
