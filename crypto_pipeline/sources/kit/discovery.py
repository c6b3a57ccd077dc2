"""Which endpoints there are.

Belongs here: finding the provider modules and what they declare: ours, those of installed packages (entry points of the group
``crypto_pipeline.sources``) and those in a folder of the user's own (CRYPTO_PIPELINE_SOURCES_DIR).
Does not belong here: which of them are asked (collection/selection.py), whether they keep the contract (replay/contract.py).
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import pkgutil
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from crypto_pipeline.settings import sources_folder
from crypto_pipeline.sources.kit.declaration import Endpoint, Provider

log = logging.getLogger(__name__)

GROUP = "crypto_pipeline.sources"
"""Of the entry points by which an installed package gives sources: each names a module."""
_PROVIDERS = "crypto_pipeline.sources.providers"
_OWN = "crypto_pipeline_own_sources"


class OwnSources(NamedTuple):
    """What people have added: their endpoints by id, and a sentence for each module that cannot be used."""

    endpoints: dict[str, Endpoint]
    problems: tuple[str, ...]


def discover() -> tuple[Endpoint, ...]:
    """Every endpoint of ours and of people's own, sorted by id. ValueError when two of ours have one id.

    Modules hold their Providers at the top level, alone or as a family in a list, tuple or dict. A module of somebody's own
    that cannot be used is left out, with a line in the log: it must not keep the others from being asked.
    """
    return _discover(sources_folder())


def own_sources() -> OwnSources:
    """What people have added."""
    return _own(sources_folder())


def endpoints_in(file: Path) -> list[Endpoint]:
    """The endpoints that a file of somebody's own declares. Raises ImportError, and whatever its code raises."""
    name = f"{_OWN}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # so that its classes and functions can be found by their names
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return list(_endpoints_of(module))


@cache
def _discover(folder: str) -> tuple[Endpoint, ...]:
    own = _own(folder)
    for problem in own.problems:
        log.warning("%s", problem)
    found = {**own.endpoints, **_ours()}
    return tuple(found[key] for key in sorted(found))


@cache
def _ours() -> dict[str, Endpoint]:
    found: dict[str, Endpoint] = {}
    for module_info in pkgutil.iter_modules(importlib.import_module(_PROVIDERS).__path__):
        for endpoint in _endpoints_of(importlib.import_module(f"{_PROVIDERS}.{module_info.name}")):
            if found.setdefault(endpoint.id, endpoint) is not endpoint:
                raise ValueError(f"two endpoints are called {endpoint.id}")
    return found


@cache
def _own(folder: str) -> OwnSources:
    found: dict[str, Endpoint] = {}
    problems = []
    providers = {endpoint.provider.name for endpoint in _ours().values()}
    for where, load in _own_modules(folder):
        try:
            endpoints = load()
            if taken := sorted({e.provider.name for e in endpoints} & providers):
                raise ValueError(f"a source of this package is called {taken[0]!r} already; choose another name")
            if twice := sorted({e.id for e in endpoints} & set(found)):
                raise ValueError(f"another module has {twice[0]!r} already")
        except Exception as error:  # code of somebody's own: whatever it raises is theirs
            problems.append(f"The sources in {where} cannot be used: {type(error).__name__}: {error}")
            continue
        found.update({endpoint.id: endpoint for endpoint in endpoints})
    return OwnSources(found, tuple(problems))


def _own_modules(folder: str) -> Iterator[tuple[str, Callable[[], list[Endpoint]]]]:
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        yield f"the package of {point.value}", partial(_endpoints_at, point)
    if folder:
        for file in sorted(Path(folder).glob("[!_.]*.py")):
            yield str(file), partial(endpoints_in, file)


def _endpoints_at(point: EntryPoint) -> list[Endpoint]:
    return list(_endpoints_of(point.load()))


def _endpoints_of(module: ModuleType) -> Iterator[Endpoint]:
    for value in vars(module).values():
        family = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else (value,)
        for member in family:
            if isinstance(member, Provider):
                yield from member.endpoints
