"""What pytest has to know before it imports these tests."""

import pytest

# The checks of the fuzz tests are asserts, and say what they compared only if pytest rewrites them.
pytest.register_assert_rewrite("tests.contract.fuzz_checks")
