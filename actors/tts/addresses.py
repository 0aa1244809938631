"""Addresses of the network as they are said: of mail, of pages and of machines, in the words of a language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

ENDINGS = "com|org|net|edu|gov|info|io|dev|app|ai|eu|ua|uk|de|fr|pl|us|me|tv|укр"
"""Of names that are known for one without "https://" before them: "e.g" and "a.m" are none."""
_NAME = r"[^\W_](?:[\w-]*[^\W_])?"
MAIL = rf"(?<![\w.+-])[\w+-]+(?:\.[\w+-]+)*@(?:{_NAME}\.)+{_NAME}"
PAGE = (
    rf"(?i:https?://(?:{_NAME}\.)*{_NAME}|(?<![\w.@-])(?:www\.(?:{_NAME}\.)+{_NAME}|(?:{_NAME}\.)+(?-i:{ENDINGS})))(?![\w-])"
    r"(?::[0-9]+)?(?P<path>/[^\s<>\"'()«»]*)?"
)
MACHINE = r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]{1,5})?(?![\w]|\.[0-9])"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the signs of an address are called in a language."""

    at: str
    dot: str
    slash: str
    dash: str
    underscore: str
    plus: str
    port: str
    digit: Callable[[int], str]
    number: Callable[[str], str]

    def mail(self, match: re.Match[str]) -> str:
        """ "john.doe@example.com": "john dot doe at example dot com"."""
        return self._said(match[0])

    def page(self, match: re.Match[str]) -> str:
        """Nobody says "https", "www" and what stands behind a question mark."""
        whole = match[0]
        ended = whole.rstrip(".,;:!?")
        plain = re.sub(r"^(?i:https?://)?(?i:www\.)?", "", ended)
        return self._said(re.split(r"[?#]", plain)[0].rstrip("/")) + whole[len(ended) :]

    def machine(self, match: re.Match[str]) -> str:
        """Digit by digit."""
        host, _, port = match[0].partition(":")
        words = f" {self.dot} ".join(self._digits(part) for part in host.split("."))
        return f"{words} {self.port} {self._digits(port)}" if port else words

    def _digits(self, digits: str) -> str:
        return " ".join(self.digit(int(digit)) for digit in digits)

    def _said(self, address: str) -> str:
        signs = {"@": self.at, ".": self.dot, "/": self.slash, "-": self.dash, "_": self.underscore, "+": self.plus}
        spaced = re.sub(r"[@./_+-]", lambda sign: f" {signs[sign[0]]} ", address).replace(":", f" {self.port} ")
        named = re.sub(r"[0-9]+", lambda digits: f" {self.number(digits[0])} ", spaced)
        return " ".join(re.sub(r"[^\w\s'’-]", " ", named).split())
