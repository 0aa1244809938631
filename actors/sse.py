"""Server-sent events: the bytes of a stream in, the data of its events out. Read as the HTML standard says (section 9.2)."""

from __future__ import annotations

from bus.errors import Broken

MOST_BYTES = 1024 * 1024
"""Of one event; a token takes some hundred."""


class SseReader:
    """Takes the pieces of a stream, however they are cut; gives the events that are complete."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._first = True

    def feed(self, piece: bytes) -> list[str]:
        """The data of each event that ends in this piece. Raises Broken for an event without end or a line that is no
        text."""
        text = self._rest + piece
        if self._first and len(text) >= 3:
            text, self._first = text.removeprefix(b"\xef\xbb\xbf"), False
        lines = text.replace(b"\r\n", b"\n").split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) + sum(map(len, self._data)) > MOST_BYTES:
            raise Broken("the server sent an event without end", "is that the server that url means?")
        return [data for line in lines if (data := self._line(line)) is not None]

    def _line(self, line: bytes) -> str | None:
        if not line:
            data, self._data = "\n".join(self._data), []
            return data or None
        name, _, value = line.partition(b":")
        if name == b"data":
            try:
                self._data.append(value.removeprefix(b" ").decode("utf-8"))
            except UnicodeDecodeError as error:
                raise Broken("the server sent an event that is no text", "see the server's log") from error
        return None
