"""Voices of espeak-ng by the names that people write: "en-us", "en-gb+f2", "uk+Annie", "gmw/en", "German"."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from actors.tts.espeak_library import EspeakLibrary, InstalledVoice
from bus.errors import Wrong


def find_voice(library: EspeakLibrary, name: str, otherwise: str | None = None) -> str:
    """The library's own name of a voice. Unknown: `otherwise`, or Wrong naming the nearest ones."""
    base, plus, variant = name.partition("+")
    voice = _base(library.voices(), base)
    if voice is None:
        if otherwise is not None:
            return otherwise
        codes = sorted({code for voice in library.voices() for _, code in voice.languages})
        raise Wrong(f"espeak has no voice {base!r}", _nearest(base.lower(), codes))
    variants = {known.lower(): known for known in library.variants()}
    if plus and variant.lower() not in variants:
        raise Wrong(f"espeak has no voice variant {variant!r} (in {name!r})", _nearest(variant.lower(), variants))
    found = f"{voice.identifier}+{variants[variant.lower()]}" if plus else voice.identifier
    if not library.set_voice(found):
        if otherwise is not None:
            return otherwise
        raise Wrong(f"espeak cannot speak with voice {name!r}", "choose another voice")
    return found


def _base(voices: tuple[InstalledVoice, ...], name: str) -> InstalledVoice | None:
    """By identifier or name, else the voice that claims the language code most (the lowest priority number)."""
    wanted = name.lower()
    for voice in voices:
        if wanted in (voice.identifier.lower(), voice.name.lower()):
            return voice
    claims = [(priority, voice) for voice in voices for priority, code in voice.languages if code == wanted]
    return min(claims, key=lambda claim: claim[0])[1] if claims else None


def _nearest(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, 3, 0.5)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else f"for example: {', '.join(list(known)[:8])}"
