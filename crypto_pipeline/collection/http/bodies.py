"""Bodies of answers, taken in as they arrive.

Belongs here: decompression in bounded pieces, the largest body that is accepted, whether a compressed body is complete.
Does not belong here: reading from a socket (collection/http/client.py), what a body means (collection/reading.py).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.schema.outcomes import Outcome

MAX_BODY = 16 * 1024 * 1024
"""Bytes after decompression. The largest honest answer that we know has four million."""
SMALL_BODY = 256 * 1024
"""Bytes that every request in flight may hold. For more it has to be one of MAX_LARGE_BODIES."""
MAX_LARGE_BODIES = 4
"""Bodies that may grow beyond that at once: 64 MB, whatever all sources send together."""

ACCEPT_ENCODING = "gzip"
_PIECE = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
_NOT_READ = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
"""Encodings that there are and that nobody asked for. Any other word, such as UTF-8, is a mistake and means nothing."""
_PLAIN = re.compile(rb'\s*(?:[\[{"]|<[a-zA-Z?!/])')


class Body:
    """A body that grows piece by piece and is given up as soon as it is too large.

    Its first bytes say how it is to be read, as browsers and curl find out: a body that is called gzip and is none is
    read as it is, ``deflate`` may have the header of zlib or not, and what follows a complete gzip stream is dropped. What a server
    and the cache before it have both compressed is unpacked twice, and no more often.

    All errors are SourceErrors: TOO_LARGE; UNPARSEABLE for an encoding that nobody asked for, or data that is not
    what its encoding says; UNREACHABLE for a compressed body that ended early.
    """

    def __init__(self, host: str, encoding: str = "", limit: int = MAX_BODY, layers: int = 2) -> None:
        self.size = 0
        """Bytes so far, after decompression."""
        self._taken = 0
        """As it came: a compressed body may be without end and nothing."""
        self._host = host
        self._limit = limit
        self._layers = layers
        self._inner: Body | None = None
        """Of a compressed body what the unpacked bytes are: they may be compressed once more."""
        self._pieces: list[bytes] = []
        self._head = b""
        """The first bytes, until there are enough to tell how they are to be read."""
        self._is_begun = False
        self._inflate: zlib._Decompress | None = None
        self._is_over = False
        self._encodings = {word.strip() for word in encoding.lower().split(",")}
        unread = sorted(self._encodings & _NOT_READ)
        if unread:
            raise SourceError(Outcome.UNPARSEABLE, f"{host} sent a body encoded as {unread[0]}, asked for gzip")

    def expect(self, content_length: str) -> None:
        """Refuse a body that is announced to be too large, before it is read. Raises SourceError, TOO_LARGE."""
        if content_length.isdecimal() and float(content_length) > self._limit:
            raise self._too_large()

    def feed(self, piece: bytes) -> Iterator[None]:
        """Take in what has come, a step at a time, so that its reader can wait for room in between. Raises SourceError."""
        self._taken += len(piece)
        if self._taken > self._limit:
            self.drop()
            raise self._too_large()
        if not self._is_begun:
            piece = self._head = self._head + piece
            if len(piece) < 2:
                return
            self._begin()
        if self._inflate is None:
            self._keep(piece)
            yield
            return
        try:
            while piece and not self._is_over:
                if self._inflate.eof:
                    piece = self._between_streams(piece)
                    continue
                unpacked = self._inflate.decompress(piece, _PIECE)
                piece = self._inflate.unconsumed_tail or self._inflate.unused_data
                yield from self._unpacked(unpacked)
            while not self._inflate.eof and (unpacked := self._inflate.decompress(b"", _PIECE)):
                yield from self._unpacked(unpacked)
        except zlib.error:
            raise SourceError(Outcome.UNPARSEABLE, f"{self._host} sent a compressed body that is damaged") from None

    def complete(self) -> bytes:
        """The whole body, when no more is to come. To be called once.

        Raises SourceError: UNREACHABLE where more was promised, TOO_LARGE.
        """
        if not self._is_begun:
            if self._head == _GZIP_MAGIC[:1]:
                raise self._ended_early()
            self._keep(self._head)
        if self._inflate is not None and not self._inflate.eof:
            raise self._ended_early()
        whole = self._inner.complete() if self._inner else self.so_far()
        self.drop()
        return whole

    def so_far(self) -> bytes:
        """What has been read up to now."""
        return self._inner.so_far() if self._inner else b"".join(self._pieces)

    def drop(self) -> None:
        """Let go of the bytes; the size stays."""
        self._pieces.clear()
        self._head = b""
        if self._inner:
            self._inner.drop()

    def _begin(self) -> None:
        head, self._head, self._is_begun = self._head, b"", True
        if head.startswith(_GZIP_MAGIC):
            self._inflate = zlib.decompressobj(_GZIP)
        elif "deflate" in self._encodings or (self._encodings & _COMPRESSED and _has_zlib_header(head)):
            if _has_zlib_header(head):
                self._inflate = zlib.decompressobj()
            elif not _PLAIN.match(head):
                self._inflate = zlib.decompressobj(_RAW)

    def _unpacked(self, piece: bytes) -> Iterator[None]:
        """Hand on what was unpacked, for it may be compressed once more; the last layer keeps it."""
        if self._layers == 1:
            self._keep(piece)
            yield
            return
        self._inner = self._inner or Body(self._host, "", self._limit, self._layers - 1)
        for _ in self._inner.feed(piece):
            self.size = self._inner.size
            yield

    def _between_streams(self, rest: bytes) -> bytes:
        """What is left to read after the end of a stream: gzip may go on with another one; anything else is dropped."""
        rest = (self._head + rest).lstrip(b"\0")
        self._head = b""
        if rest.startswith(_GZIP_MAGIC):
            self._inflate = zlib.decompressobj(_GZIP)
            return rest
        if rest == _GZIP_MAGIC[:1]:
            self._head = rest
        else:
            self._is_over = bool(rest)
        return b""

    def _keep(self, piece: bytes) -> int:
        self.size += len(piece)
        if self.size > self._limit:
            self.drop()
            raise self._too_large()
        if piece:
            self._pieces.append(piece)
        return len(piece)

    def _too_large(self) -> SourceError:
        return SourceError(Outcome.TOO_LARGE, f"{self._host} sent more than {self._limit // 1024**2} MB")

    def _ended_early(self) -> SourceError:
        return SourceError(Outcome.UNREACHABLE, f"{self._host} sent a compressed body that ended early")


def _has_zlib_header(head: bytes) -> bool:
    """RFC 1950: the method is deflate, and the two bytes are a multiple of 31."""
    return head[0] & 0x0F == 8 and head[0] >> 4 <= 7 and int.from_bytes(head[:2], "big") % 31 == 0
