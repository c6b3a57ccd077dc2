"""Which endpoints there are.

Belongs here: finding the provider modules and what they declare.
Does not belong here: which of them are asked (collection/selection.py).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from crypto_pipeline.sources.kit.declaration import Endpoint, Provider

_PROVIDERS = "crypto_pipeline.sources.providers"


@cache
def discover() -> tuple[Endpoint, ...]:
    """Every endpoint of every module in sources/providers, sorted by id. ValueError when two have one id.

    Modules hold their Providers at the top level, alone or as a family in a list, tuple or dict.
    """
    found: dict[str, Endpoint] = {}
    for module_info in pkgutil.iter_modules(importlib.import_module(_PROVIDERS).__path__):
        module = importlib.import_module(f"{_PROVIDERS}.{module_info.name}")
        for endpoint in _endpoints_of(module):
            if found.setdefault(endpoint.id, endpoint) is not endpoint:
                raise ValueError(f"two endpoints are called {endpoint.id}")
    return tuple(found[key] for key in sorted(found))


def _endpoints_of(module: ModuleType) -> Iterator[Endpoint]:
    for value in vars(module).values():
        family = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else (value,)
        for member in family:
            if isinstance(member, Provider):
                yield from member.endpoints
