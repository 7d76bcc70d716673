"""Translate a SAM template, whose path is the argument, and print the CloudFormation template in JSON."""

import json
import sys
from pathlib import Path

from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform


class NoPolicies(ManagedPolicyLoader):
    """The template has no function, and so no policy to look up."""

    def __init__(self) -> None:
        """Have no client of IAM."""

    def load(self) -> dict[str, str]:
        """Return nothing."""
        return {}


print(json.dumps(transform(json.loads(Path(sys.argv[1]).read_text()), {}, NoPolicies())))
