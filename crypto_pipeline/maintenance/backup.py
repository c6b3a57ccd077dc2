"""Everything that was collected, in one file: made while the system runs, checked, and put back elsewhere.

Belongs here: what belongs into a backup, in which order, what is checked; putting it back.
Does not belong here: the copy of the database (warehouse/copying.py), which files are Dagster's (orchestration/instance.py, which hands
them in), commands (cli/backup.py).

The file is a tar archive: ``manifest.json`` last, with the size and the SHA-256 of every other member and the rows of every
table; ``database.duckdb``; ``spool/``, ``archive/``, ``dagster/``. Keys and settings are not in it.

The spool is copied before the database: a batch that is merged in between is in both, and a batch is merged once only.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from crypto_pipeline.foundation.walking import files_below
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import archive, spool
from crypto_pipeline.warehouse.copying import copy_to
from crypto_pipeline.warehouse.engines import file_for
from crypto_pipeline.warehouse.files import flush, log_of
from crypto_pipeline.warehouse.interface import FileWarehouse
from crypto_pipeline.warehouse.maintenance import alone_at

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database.duckdb"
SPOOL, HUB_SPOOL, ARCHIVE, DAGSTER = "spool", "hub-spool", "archive", "dagster"
_CHUNK = 1 << 20


class BackupError(Exception):
    """A backup that cannot be made, read or put back; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    version: str
    made_at: datetime
    demo: bool
    rows: dict[str, int]
    """By table."""
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Bytes and SHA-256 of each member, by name."""
    format: int = FORMAT

    @property
    def bytes(self) -> int:
        """Of all members together."""
        return sum(size for size, _ in self.files.values())

    def as_json(self) -> str:
        """The text of the member manifest.json."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read that text. Raises BackupError when it is none, or one of a newer format."""
        try:
            given = json.loads(text)
            if given["format"] != FORMAT:
                raise BackupError(f"This backup was made by version {given['version']}, which is newer: update first.")
            files = {name: (int(size), str(digest)) for name, (size, digest) in given["files"].items()}
            made_at = datetime.fromisoformat(given["made_at"])
            return cls(given["version"], made_at, bool(given["demo"]), dict(given["rows"]), files, given["format"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(f"The manifest of this backup cannot be read: {error!r}.") from None


def back_up(settings: Settings, target: Path, databases: Sequence[Path], tell: Callable[[str], None]) -> Manifest:
    """Write everything to ``target``, which is there as a whole or not at all.

    :param databases: files of SQLite in Dagster's home, as paths from there; none of a home that others share.
    :param tell: hears what is being done, a sentence at a time.
    :raises BackupError: there is nothing to back up, or no room for it.
    :raises DatabaseBusy: the database is held, or being maintained.
    :raises DatabaseUnusable: some of it cannot be read: nothing is written then.
    """
    warehouse = file_for(settings)
    if not warehouse.exists():
        raise BackupError(f"There is no database at {settings.database} yet; run 'crypto-pipeline collect' first.")
    draft = target.with_name(f".{target.name}.draft")
    target.parent.mkdir(parents=True, exist_ok=True)
    needed, free = 2 * warehouse.size() + archive.size(settings.archive), shutil.disk_usage(target.parent).free
    if free < needed:
        raise BackupError(f"The backup needs {needed / 1e6:.0f} MB beside {target}, and {free / 1e6:.0f} MB are free.")
    with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder, alone_at(settings.database):
        try:
            manifest = _write_members(draft, Path(folder), settings, warehouse, databases, tell)
            tell("reading the backup once")
            _read_whole(draft)
            flush(draft)
            draft.replace(target)
            flush(target.parent)
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def _write_members(
    draft: Path,
    copies: Path,
    settings: Settings,
    warehouse: FileWarehouse,
    databases: Sequence[Path],
    tell: Callable[[str], None],
) -> Manifest:
    """Write all members, the manifest last. ``copies`` is a folder for copies that are read while others write on."""
    with draft.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        writer = _Writer(tar)
        tell("copying what waits for the database")
        for waits, hub in ((SPOOL, False), (HUB_SPOOL, True)):
            writer.add_tree(spool.folder_of(settings.database, demo=settings.demo, hub=hub), waits)
        tell("copying and checking the database")
        rows = copy_to(warehouse, copies / DATABASE)
        writer.add(copies / DATABASE, DATABASE)
        tell("copying the archive and Dagster's history")
        writer.add_tree(settings.archive, ARCHIVE)
        for name in databases:
            if (settings.dagster_home / name).is_file():
                writer.add(_sqlite_copy(settings.dagster_home / name, copies), f"{DAGSTER}/{name.as_posix()}")
        manifest = Manifest(VERSION, utc_now(), settings.demo, rows, writer.files)
        text = manifest.as_json().encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    return manifest


def put_back(settings: Settings, source: Path, *, aside: Path | None, tell: Callable[[str], None]) -> Manifest:
    """Put a backup into the places of these settings; nobody may run the system meanwhile.

    :param aside: folder for what is there now; without it nothing may be there.
    :raises BackupError: the file is no backup, is damaged, or is of the other kind (demo or not); nothing has changed then.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".restoring.", dir=settings.data_dir) as folder:
        unpacked = Path(folder)
        tell("unpacking and checking")
        manifest = _unpack(source, unpacked)
        if manifest.demo != settings.demo:
            kinds = ("replayed answers", "real ones") if manifest.demo else ("real answers", "replayed ones")
            raise BackupError(f"{source} holds {kinds[0]}, and these settings are for {kinds[1]}.")
        places = _places(settings)
        there = [place for place in (*places.values(), log_of(settings.database)) if _is_there(place)]
        if there and aside is None:
            raise BackupError(f"{there[0]} is there already; --force moves what is there aside, and keeps it.")
        tell("putting everything in its place")
        if aside is not None:
            for place in there:
                aside.mkdir(parents=True, exist_ok=True)
                shutil.move(place, aside / place.name)
        for name, place in places.items():
            if (unpacked / name).exists():
                _put(unpacked / name, place)
        if settings.archive.exists():
            archive.show(file_for(settings), settings.archive, every_table=True)
    return manifest


def _places(settings: Settings) -> dict[str, Path]:
    places = {
        DATABASE: settings.database,
        SPOOL: spool.folder_of(settings.database, demo=settings.demo),
        HUB_SPOOL: spool.folder_of(settings.database, demo=settings.demo, hub=True),
        ARCHIVE: settings.archive,
    }
    if settings.shared_home:  # what others have there is theirs
        return places
    home = settings.dagster_home
    return {**places, f"{DAGSTER}/history": home / "history", f"{DAGSTER}/schedules": home / "schedules"}


def _put(unpacked: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        shutil.rmtree(place)  # an empty folder: _is_there has said so
    shutil.move(unpacked, place)


def _is_there(place: Path) -> bool:
    return any(place.iterdir()) if place.is_dir() else place.exists()


@dataclass
class _Writer:
    tar: tarfile.TarFile
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, file: Path, name: str) -> None:
        """A file that nobody changes any more."""
        digest = hashlib.sha256()
        with file.open("rb") as source:
            member = self.tar.gettarinfo(name=str(file), arcname=name, fileobj=source)
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            self.tar.addfile(member, _Hashing(source, digest.update))
        self.files[name] = (member.size, digest.hexdigest())

    def add_tree(self, folder: Path, name: str) -> None:
        """The files of a folder, but for those that were merged and removed meanwhile."""
        for file in sorted(files_below(folder)):
            with suppress(FileNotFoundError):
                self.add(file, f"{name}/{file.relative_to(folder).as_posix()}")


class _Hashing(io.RawIOBase):
    """Reads a file and lets somebody see what is read."""

    def __init__(self, source: IO[bytes], see: Callable[[bytes], None]) -> None:
        self._source = source
        self._see = see

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self._see(chunk)
        return chunk


def _sqlite_copy(file: Path, folder: Path) -> Path:
    """A consistent copy of a file that others write to at this moment."""
    copy = folder / "one.sqlite"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, timeout=60)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=1000)
        target.execute("PRAGMA journal_mode = DELETE")
    return copy


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in tar:
        inside = member.name.split("/")
        if not member.isfile() or member.name.startswith("/") or ".." in inside:
            raise BackupError(f"{member.name!r} does not belong into a backup.")
        content = tar.extractfile(member)
        assert content is not None
        yield member, content


def _read_whole(source: Path, into: Path | None = None) -> Manifest:
    """Read every member; with a folder, also write them there. Raises BackupError for anything that is not as its manifest says."""
    found: dict[str, tuple[int, str]] = {}
    manifest = None
    try:
        with tarfile.open(source, mode="r:") as tar:
            for member, content in _members(tar):
                if member.name == MANIFEST:
                    manifest = Manifest.from_json(content.read().decode("utf-8", "replace"))
                    continue
                found[member.name] = (member.size, _copy(content, into / member.name if into else Path("/dev/null")))
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{source} is no backup, or is cut short: {error}.") from None
    if manifest is None:
        raise BackupError(f"{source} is no backup, or is cut short: it has no manifest.")
    if wrong := sorted(name for name in {*found, *manifest.files} if found.get(name) != manifest.files.get(name)):
        raise BackupError(f"{source} is damaged: {wrong[0]} is not as it was when the backup was made.")
    return manifest


def _copy(content: IO[bytes], target: Path) -> str:
    """Write a member to a file; the digest of what was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _unpack(source: Path, into: Path) -> Manifest:
    return _read_whole(source, into)
