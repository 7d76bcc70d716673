"""The runtime: `generated_client/runtime` in the repository; the wheel carries that package in place of this module."""

from ..runtime import *  # noqa: F403  # the package lists its names in __all__
