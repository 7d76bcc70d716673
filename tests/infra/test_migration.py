import re

from tests.infra.stack import Stack
from tests.infra.workspace import ROOT

IMPORT = re.compile(r"^terraform import '(\S+)' (\S+)$", re.MULTILINE)


def test_what_is_taken_over_is_named_as_the_stack_names_it(stack: Stack) -> None:
    """The commands of docs/migration.md name addresses that the stack has, by the ids that AWS has for them."""
    commands = IMPORT.findall((ROOT / "docs" / "migration.md").read_text(encoding="utf-8"))
    assert 4 == len(commands)
    names = {address: {stack.state[address].get("id"), stack.state[address]["name"]} for address, _ in commands}
    assert [] == [address for address, ident in commands if ident not in names[address]]
