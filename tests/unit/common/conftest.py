"""How the properties are tested."""

import hypothesis

# A busy machine must not fail a test, and runs are independent of each other.
hypothesis.settings.register_profile(
    "unit", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unit")
