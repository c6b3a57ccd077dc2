"""Bodies of answers, taken in as they arrive.

Belongs here: decompression in bounded pieces, the largest body that is accepted, whether a compressed body is complete.
Does not belong here: reading from a socket (collection/http/client.py), what a body means (collection/reading.py).
"""

from __future__ import annotations

import zlib

from crypto_pipeline.schema.outcomes import Outcome, SourceError

MAX_BODY = 16 * 1024 * 1024
"""Bytes after decompression. The largest honest answer that we know has four million."""

ACCEPT_ENCODING = "gzip"
_PIECE = 64 * 1024
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_INFLATED = frozenset({"gzip", "x-gzip", "deflate"})
_AS_IT_IS = frozenset({"", "identity"})


class Body:
    """A body that grows piece by piece and is given up as soon as it is too large.

    All errors are SourceErrors: TOO_LARGE; UNPARSEABLE for an encoding that nobody asked for, or data that is not
    what its encoding says; UNREACHABLE for a compressed body that ended early.
    """

    def __init__(self, host: str, encoding: str = "", limit: int = MAX_BODY) -> None:
        self.size = 0
        """Bytes so far, after decompression."""
        self._host = host
        self._limit = limit
        self._pieces: list[bytes] = []
        self._begun = False
        self._inflate = None
        encoding = encoding.strip().lower()
        if encoding in _INFLATED:
            self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        elif encoding not in _AS_IT_IS:
            raise SourceError(Outcome.UNPARSEABLE, f"{host} sent a body encoded as {encoding[:40]}, asked for gzip")

    def expect(self, content_length: str) -> None:
        """Refuse a body that is announced to be too large, before it is read."""
        if content_length.isdigit() and int(content_length) > self._limit:
            raise self._too_large()

    def feed(self, piece: bytes) -> None:
        self._begun = self._begun or bool(piece)
        if self._inflate is None:
            self._keep(piece)
            return
        try:
            while piece:
                if self._inflate.eof:
                    piece = piece.lstrip(b"\0")
                    if not piece:
                        return
                    self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
                self._keep(self._inflate.decompress(piece, _PIECE))
                piece = self._inflate.unconsumed_tail or self._inflate.unused_data
            while self._keep(self._inflate.decompress(b"", _PIECE)):
                pass
        except zlib.error:
            raise SourceError(Outcome.UNPARSEABLE, f"{self._host} sent a compressed body that is damaged") from None

    def complete(self) -> bytes:
        """The whole body, when no more is to come."""
        if self._inflate is not None and self._begun and not self._inflate.eof:
            raise SourceError(Outcome.UNREACHABLE, f"{self._host} sent a compressed body that ended early")
        return self.so_far()

    def so_far(self) -> bytes:
        return b"".join(self._pieces)

    def _keep(self, piece: bytes) -> int:
        self.size += len(piece)
        if self.size > self._limit:
            raise self._too_large()
        if piece:
            self._pieces.append(piece)
        return len(piece)

    def _too_large(self) -> SourceError:
        return SourceError(Outcome.TOO_LARGE, f"{self._host} sent more than {self._limit // 1024**2} MB")
