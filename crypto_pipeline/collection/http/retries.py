"""When to ask again after a failure that may pass.

Belongs here: how often, and how long a back-off lasts.
Does not belong here: which outcomes a retry can help (schema/outcomes.py), pauses that a host asks for
(collection/http/too_often.py), waiting (collection/http/client.py).
"""

from __future__ import annotations

import random

MAX_RETRIES = 2
SHARE_OF_A_RETRY = 0.25
"""Of a request's time. A retry that gets less would turn a failure that is known into a timeout that says nothing."""


def back_off(retry: int, first_seconds: float) -> float:
    """Seconds before the given retry: exponential, with full jitter so that those who failed together part."""
    return random.uniform(0, first_seconds * 2 ** (retry - 1))
