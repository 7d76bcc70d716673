"""How the properties are tested."""

import hypothesis

# A machine that is busy is no failure, and no run depends on an earlier one.
hypothesis.settings.register_profile(
    "unit", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unit")
