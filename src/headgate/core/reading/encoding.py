"""Text encodings: what the framer sees, what the engine reads, and the way back to the original bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator


class Encoding:
    """An ASCII superset (utf-8, latin-1, cp1252): framed on the original bytes, so every offset is an original offset."""

    def __init__(self, name: str) -> None:
        self.name = codecs.lookup(name).name

    @property
    def is_utf8(self) -> bool:
        return self.name == "utf-8"

    @property
    def bom(self) -> bytes:
        """The byte order mark as it would stand in the framed bytes."""
        return codecs.BOM_UTF8 if self.is_utf8 else b""

    def framed(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes that the framer works on."""
        return iter(chunks)

    def encode(self, text: str) -> bytes:
        """Text as it stands in the framed bytes: a delimiter, a quote, or what `decoder` gave."""
        return text.encode(self.name, "surrogateescape")

    def decoder(self) -> codecs.IncrementalDecoder:
        """Turns framed bytes into text piece by piece, undecodable ones into lone surrogates."""
        return codecs.getincrementaldecoder(self.name)("surrogateescape")

    def decodable(self, framed: bytes) -> bool:
        if framed.isascii():
            return True
        try:
            framed.decode(self.name)
        except UnicodeDecodeError:
            return False
        return True

    def text(self, framed: bytes) -> str:
        """The text, undecodable bytes written as `\\xNN`."""
        return framed.decode(self.name, "backslashreplace")

    def to_utf8(self, framed: bytes) -> bytes:
        """Framed bytes that are decodable, as UTF-8."""
        return framed if self.is_utf8 or framed.isascii() else framed.decode(self.name).encode()

    def original(self, framed: bytes) -> bytes:
        """The bytes as they lie in the (decompressed) file."""
        return framed


class Utf16(Encoding):
    """UTF-16, framed on a UTF-8 transcript.

    Lone surrogates travel in the transcript as three bytes that are no valid UTF-8, so that the framer finds them as
    undecodable. A byte left over at the end of the file travels as a pair of them that can't come from real text.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._order = self.name
        self._left_over = b""

    @property
    def bom(self) -> bytes:
        return codecs.BOM_UTF8

    def framed(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        stream = iter(chunks)
        first = next(stream, b"")
        while 0 < len(first) < 2 and (more := next(stream, b"")):
            first += more
        if self.name == "utf-16":
            self._order = "utf-16-be" if first.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
        decoder = codecs.getincrementaldecoder(self._order)("surrogatepass")
        yield _transcript(decoder.decode(first))
        for chunk in stream:
            yield _transcript(decoder.decode(chunk))
        self._left_over = decoder.getstate()[0]
        if self._left_over:
            yield self._mark

    @property
    def _mark(self) -> bytes:
        return _transcript("\udfff" + "".join(chr(0xDC00 + byte) for byte in self._left_over))

    def encode(self, text: str) -> bytes:
        return _transcript(text)

    def decoder(self) -> codecs.IncrementalDecoder:
        return codecs.getincrementaldecoder("utf-8")("surrogatepass")

    def decodable(self, framed: bytes) -> bool:
        try:
            framed.decode()
        except UnicodeDecodeError:
            return False
        return True

    def text(self, framed: bytes) -> str:
        if self.decodable(framed):
            return framed.decode()
        return self.original(framed).decode(self._order, "backslashreplace")

    def to_utf8(self, framed: bytes) -> bytes:
        return framed

    def original(self, framed: bytes) -> bytes:
        if self._left_over and framed.endswith(self._mark):
            return self.original(framed.removesuffix(self._mark)) + self._left_over
        return framed.decode("utf-8", "surrogatepass").encode(self._order, "surrogatepass")


def _transcript(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def encoding_named(name: str) -> Encoding:
    """The encoding of that name; the names are those the contract accepts."""
    canonical = codecs.lookup(name).name
    return Utf16(canonical) if canonical.startswith("utf-16") else Encoding(canonical)
