"""How many inputs a fuzz test takes: some in every run, many in the nightly one."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_ALLOWED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


def inputs(*, normal: int, nightly: int) -> settings:
    """Return the settings of a test with this many inputs, by the profile that is loaded.

    `HYPOTHESIS_PROFILE=nightly pytest tests/fuzz` takes the many.
    """
    is_nightly = settings.get_current_profile_name() == "nightly"
    return settings(
        max_examples=nightly if is_nightly else normal,
        deadline=None,
        suppress_health_check=_ALLOWED,
    )
