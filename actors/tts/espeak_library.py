"""Library of espeak-ng through ctypes: the C calls, structs and traps, so that the engine need not know them.

Structs and constants follow espeak-ng's `speak_lib.h`, API revision 12. The library keeps one state for the whole process
and belongs to one thread: make it, use it and end it in the same thread.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bus.errors import Broken, Fatal

SYNCHRONOUS = 2
"""AUDIO_OUTPUT_SYNCHRONOUS: espeak_Synth calls back with sound and returns when all is said."""
PHONEME_EVENTS, PHONEME_IPA, DONT_EXIT = 0x0001, 0x0002, 0x8000
CHARS_UTF8 = 1
RATE, VOLUME, PITCH, RANGE, WORD_GAP = 1, 2, 3, 4, 7
"""espeak_PARAMETER numbers."""
EVENT_END, EVENT_WORD, EVENT_PHONEME = 0, 1, 7


class _Id(ctypes.Union):
    # `string` as bytes, not c_char * 8: ctypes would read that as a C string and it need not end with a zero.
    _fields_: ClassVar = [("number", ctypes.c_int), ("name", ctypes.c_void_p), ("string", ctypes.c_ubyte * 8)]


class _Event(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


class _Voice(ctypes.Structure):
    _fields_: ClassVar = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("unused", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Mark:
    """A phoneme (`ipa`, empty: silence) or, with `ipa` None, a word that begins at `sample` of the sound and at
    character `character` of the text."""

    sample: int
    character: int
    ipa: str | None


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """A voice of the data folder. `identifier` is its file below lang/; languages as (priority, code), best first."""

    identifier: str
    name: str
    languages: tuple[tuple[int, str], ...]


Take = Callable[[bytes, list[Mark]], bool]
"""Gets s16 sound and the marks found with it; False stops the synthesis."""


class EspeakLibrary:
    """The library, initialised. Raises Fatal when it or its data cannot be used."""

    def __init__(self, buffer_ms: int) -> None:
        try:
            import espeakng_loader

            self.data = Path(espeakng_loader.get_data_path())
            self._lib: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        except (ImportError, OSError, RuntimeError) as error:
            raise Fatal(f"espeak-ng cannot be loaded: {error}", "install the package espeakng-loader again") from error
        self._declare()
        options = PHONEME_EVENTS | PHONEME_IPA | DONT_EXIT
        self.rate_hz: int = self._lib.espeak_Initialize(SYNCHRONOUS, buffer_ms, _narrow(self.data), options)
        # A path that does not fit its 160 bytes (230 on Windows) is given up for the one it was built with, and what
        # comes back is 0, which reads as "OK", or the rate of an earlier success.
        used = ctypes.c_char_p()
        self._lib.espeak_Info(ctypes.byref(used))
        if self.rate_hz <= 0 or used.value != _narrow(self.data):
            raise Fatal(
                f"espeak-ng cannot read its data in {self.data}", "install avatar in a folder with a shorter path"
            )

    def _declare(self) -> None:
        lib = self._lib
        text, number = ctypes.c_char_p, ctypes.c_int
        lib.espeak_Initialize.argtypes = [number, number, text, number]
        lib.espeak_Info.argtypes = [ctypes.POINTER(text)]
        lib.espeak_Info.restype = text
        lib.espeak_SetVoiceByName.argtypes = [text]
        lib.espeak_SetParameter.argtypes = [number, number, number]
        lib.espeak_SetSynthCallback.argtypes = [_Callback]
        lib.espeak_SetSynthCallback.restype = None
        lib.espeak_ListVoices.argtypes = [ctypes.POINTER(_Voice)]
        lib.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        unsigned = ctypes.c_uint
        lib.espeak_Synth.argtypes = [
            text,
            ctypes.c_size_t,
            unsigned,
            number,
            unsigned,
            unsigned,
            *[ctypes.c_void_p] * 2,
        ]

    def voices(self) -> tuple[InstalledVoice, ...]:
        """All voices of the data folder, without variants."""
        listed = self._lib.espeak_ListVoices(None)
        found = []
        for pointer in iter(_until_null(listed)):
            voice = pointer.contents
            identifier = voice.identifier.decode().replace("\\", "/")
            found.append(InstalledVoice(identifier, voice.name.decode(), _languages(voice.languages)))
        return tuple(found)

    def variants(self) -> tuple[str, ...]:
        """Names of the voice variants ("f3", "Annie", ...), which go with every voice."""
        return tuple(sorted(file.name for file in (self.data / "voices" / "!v").iterdir()))

    def set_voice(self, name: str) -> bool:
        """Takes "identifier" or "identifier+variant". False: espeak-ng cannot use it. Resets the parameters."""
        return bool(self._lib.espeak_SetVoiceByName(name.encode()) == 0)

    def set_parameter(self, parameter: int, value: int) -> None:
        """Sets RATE (words a minute), VOLUME, PITCH, RANGE (0-100) or WORD_GAP (units of 10 ms)."""
        self._lib.espeak_SetParameter(parameter, value, 0)

    def speak(self, text: str, take: Take) -> None:
        """Says the text; blocks, and hands the sound to `take` in buffers. Raises Broken when espeak-ng fails."""

        def called(sound: int | None, samples: int, events: Any) -> int:
            pcm = ctypes.string_at(sound, samples * 2) if sound and samples > 0 else b""
            return 0 if take(pcm, _marks(events)) else 1

        callback = _Callback(called)  # kept alive by this frame for as long as C may call it
        self._lib.espeak_SetSynthCallback(callback)
        data = text.replace("\0", " ").encode()
        code = self._lib.espeak_Synth(data, len(data) + 1, 0, 1, 0, CHARS_UTF8, None, None)
        if code != 0:
            raise Broken(f"espeak-ng stopped with code {code}", "restart tts")

    def end(self) -> None:
        """Frees voices and dictionaries."""
        self._lib.espeak_Terminate()


def _narrow(path: Path) -> bytes:
    """The path as espeak-ng's fopen takes it: UTF-8, on Windows the system's code page."""
    try:
        return str(path).encode("mbcs" if sys.platform == "win32" else "utf-8")
    except UnicodeEncodeError as error:
        raise Fatal(f"espeak-ng cannot open {path}", "install avatar in a folder with plain letters") from error


def _until_null(listed: Any) -> Any:
    index = 0
    while listed[index]:
        yield listed[index]
        index += 1


def _languages(address: int) -> tuple[tuple[int, str], ...]:
    """Reads espeak-ng's list: a priority byte and a zero-ended code each, ended by priority 0."""
    found = []
    while priority := ctypes.string_at(address, 1)[0]:
        code = ctypes.string_at(address + 1)
        found.append((priority, code.decode().lower()))
        address += len(code) + 2
    return tuple(found)


def _marks(events: Any) -> list[Mark]:
    marks = []
    index = 0
    while (event := events[index]).type != EVENT_END:
        if event.type == EVENT_PHONEME:
            name = bytes(event.id.string).partition(b"\0")[0].decode(errors="ignore")
            marks.append(Mark(event.sample, event.text_position - 1, name))
        elif event.type == EVENT_WORD:
            marks.append(Mark(event.sample, event.text_position - 1, None))
        index += 1
    return marks
