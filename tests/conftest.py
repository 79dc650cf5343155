"""What all tests share: none is a matter of time, and none leaves its log switched on for the next."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """`-v` of a command called in a test would keep what others type, whatever its characters, in reports."""
    log = logging.getLogger("hegemon")
    level, handlers = log.level, list(log.handlers)
    yield
    log.setLevel(level)
    log.handlers[:] = handlers
