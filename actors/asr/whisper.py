"""Whisper: speech in a hundred languages, Ukrainian among them, by faster-whisper on a GPU or a CPU.

Any model in CTranslate2's format; by default large-v3-turbo, which needs 2.2 GB of a GPU. Nothing is ever downloaded in a
call: the files must be on this machine.
"""

from __future__ import annotations

from typing import ClassVar

from actors.asr.pace import Pace
from actors.asr.tongue import Tongue
from actors.asr.whisper_decoder import Decoder, open_decoder
from actors.asr.whisper_files import WEIGHTS, check_files, find_model
from actors.asr.whisper_hearing import WhisperHearing
from actors.asr.whisper_settings import WhisperSettings
from actors.gpu import gpus
from actors.readiness import Readiness, lacks
from actors.weights import Weights
from bus.errors import AvatarError
from bus.off_loop import OffLoop

HEAVY = 250_000_000
"""Weights above which a model is too slow for a conversation on a CPU."""


class Whisper:
    """Loads the model, and makes hearings that share its one thread."""

    Settings: ClassVar = WhisperSettings
    pullable: ClassVar[tuple[Weights, ...]] = WEIGHTS

    def __init__(self, settings: WhisperSettings) -> None:
        self.settings = settings
        self._off_loop = OffLoop("whisper")
        self._decoder: Decoder | None = None
        self._pace = Pace(settings.partial_ms)
        self._tongue = Tongue(settings.language, settings.languages)

    @classmethod
    def ready(cls, settings: WhisperSettings) -> Readiness:
        """Whether library and model are here, and a GPU for a model that is slow without."""
        if lacking := lacks("faster_whisper", "whisper"):
            return lacking
        try:
            folder = find_model(settings.model, settings.folder)
            weights = check_files(folder)
        except AvatarError as error:
            return Readiness(ok=False, why=error.what, todo=error.todo)
        if settings.device != "cpu" and weights > HEAVY and not gpus():
            todo = 'choose a smaller model, or set device = "cpu" if its answers may be late'
            why = f"{folder.name} needs a GPU to keep up"
            return Readiness(ok=False, why=why, todo=todo, slow=settings.device == "auto")
        return Readiness(ok=True, why=f"the model {folder.name}")

    async def load(self) -> None:
        """Checks the model's files, loads it, and has it understand a sentence. Raises Wrong or Fatal."""
        folder = find_model(self.settings.model, self.settings.folder)
        weights = await self._off_loop.run(check_files, folder)
        decoder, took_ms = await self._off_loop.run(open_decoder, self.settings, folder, weights)
        self._decoder = decoder
        self._pace.took(took_ms)
        if decoder.english_only:
            self._tongue = Tongue("en")

    def listen(self) -> WhisperHearing:
        """Opens a hearing for one utterance."""
        assert self._decoder is not None, "load() comes first"
        return WhisperHearing(self._decoder, self._off_loop, self._pace, self._tongue, self.settings)

    async def close(self) -> None:
        """Frees the model; may be called twice."""
        self._off_loop.close()
        self._decoder = None
