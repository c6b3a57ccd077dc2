"""What tests share."""

import pytest
from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
"""How long an example takes says how busy the machine is."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
