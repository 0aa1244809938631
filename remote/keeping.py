"""Keeping of what a tap hears and sees: sound as one WAV file, pictures as JPEG files in a folder."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Self

from bus.errors import Broken, Wrong
from remote.copy import Copy
from remote.kinds import PICTURES, SOUND_HZ


class SoundFile:
    """A WAV file, s16le mono. Its header is finished by `close`."""

    def __init__(self, path: Path, topic: str) -> None:
        """Raises Wrong when the topic has no sound or the file cannot be written."""
        if topic not in SOUND_HZ:
            raise Wrong(f"{topic} is not sound", f"topics with sound: {', '.join(SOUND_HZ)}")
        self.path = path
        self._rate_hz = SOUND_HZ[topic]
        self._samples = 0
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise Wrong(f"{path} cannot be written: {error.strerror}", "choose another file") from None
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - closed by `close`
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(self._rate_hz)

    def add(self, copy: Copy) -> None:
        """Its sound. Raises Broken when the disk is full."""
        sound = copy.payload or b""
        sound = sound[: len(sound) // 2 * 2]
        self._samples += len(sound) // 2
        try:
            self._wave.writeframesraw(sound)
        except OSError as error:
            raise Broken(f"{self.path} cannot be written: {error.strerror}", "free some disk") from None

    def close(self) -> None:
        """Finishes the file."""
        self._wave.close()
        self._file.close()

    def told(self) -> str:
        """One line: what is in it."""
        return f"{self.path}: {self._samples / self._rate_hz:.2f} s of sound, {self._rate_hz} Hz"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PictureFolder:
    """A folder of JPEG files, named by topic and number."""

    def __init__(self, folder: Path, topics: list[str]) -> None:
        """Raises Wrong when a topic has no pictures or the folder cannot be made."""
        others = [t for t in topics if t not in PICTURES]
        if others:
            raise Wrong(f"{others[0]} is not pictures", f"topics with pictures: {', '.join(sorted(PICTURES))}")
        self._folder = folder
        self._pictures = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Wrong(f"{folder} cannot be made: {error.strerror}", "choose another folder") from None

    def add(self, copy: Copy) -> None:
        """Its picture; a message without one is passed over. Raises Broken when the disk is full."""
        if not copy.payload:
            return
        path = self._folder / f"{copy.topic}-{copy.header.epoch}-{copy.header.seq:06}.jpg"
        try:
            path.write_bytes(copy.payload)
        except OSError as error:
            raise Broken(f"{path} cannot be written: {error.strerror}", "free some disk") from None
        self._pictures += 1

    def told(self) -> str:
        """One line: how many there are."""
        return f"{self._folder}: {self._pictures} pictures"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass
