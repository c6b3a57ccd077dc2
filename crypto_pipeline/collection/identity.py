"""Who we say we are when we ask.

Belongs here: the User-Agent.
Does not belong here: anything else of a request (client.py).
"""

from __future__ import annotations

from crypto_pipeline import __version__


def user_agent(contact: str) -> str:
    """Our name and version, and where to complain when the operator has said so."""
    return f"crypto_pipeline/{__version__} ({contact or 'self-hosted data bank; free public data only'})"
