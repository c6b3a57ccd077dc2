"""A sign of life for whoever watches from outside: after each collection an address is asked.

Belongs here: asking it.
Does not belong here: when (orchestration/collection_run.py), alerts of our own (monitoring/notify.py).

What tells of trouble can be in trouble itself: a service that hears nothing for a while raises the alarm.
"""

from __future__ import annotations

import logging

import httpx

log = logging.getLogger(__name__)

SECONDS = 10.0


def beat(url: str) -> bool:
    """Ask the address, which may be empty; says whether it answered well. Nothing that goes wrong here is raised.

    The address holds a secret: it is in no log line.
    """
    if not url:
        return False
    try:
        answer = httpx.get(url, timeout=SECONDS, follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        log.warning("The heartbeat address of CRYPTO_PIPELINE_HEARTBEAT_URL was not reached: %s", type(error).__name__)
        return False
    if not answer.is_success:
        log.warning("The heartbeat address of CRYPTO_PIPELINE_HEARTBEAT_URL answered %d.", answer.status_code)
    return answer.is_success
