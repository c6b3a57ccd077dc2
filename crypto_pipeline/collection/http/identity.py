"""Who we say we are when we ask.

Belongs here: the User-Agent.
Does not belong here: anything else of a request (collection/http/client.py).
"""

from __future__ import annotations

from crypto_pipeline.version import VERSION


def user_agent(contact: str) -> str:
    """Our name and version, and where to complain when the operator has said so."""
    return f"crypto_pipeline/{VERSION} ({contact or 'self-hosted data bank; free public data only'})"
