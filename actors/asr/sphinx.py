"""Pocketsphinx: the embedded recogniser, English, its model is in its wheel. Words come while they are said.

It is weak by today's measure, so it may be told what is likely to be said (`phrases`). Then two decoders hear the same
sound: one knows general English, the other only those phrases. Both score their best path (sound and language together),
and the better score is the answer: a known question is understood nearly always, anything else is not bent into one.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.asr.engine import RATE_HZ, Transcript, Word
from actors.asr.phrases import read_phrases, write_dictionary, write_model
from actors.weights import Brought
from bus.errors import AvatarError, Fatal, Wrong
from bus.off_loop import OffLoop

log = logging.getLogger(__name__)

InputPath = Annotated[str, msgspec.Meta(min_length=1, extra={"path": "input"})]
FRAME_MS = 10
LANGUAGE = "en"
USUAL_VOICE = "41.00,-5.29,-0.12,5.09,2.48,-4.07,-1.37,-1.78,-5.08,-2.05,-6.45,-1.42,1.17"
"""Mean of the sound's features before any was heard, as CMU's en-us 5.2 model states it. The decoder goes on from there.
Measured on first utterances of three synthetic voices: 17 % of the words wrong, 27 % with the decoder's own guess."""


class SphinxSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which models to hear with; those of the wheel by default."""

    acoustic_model: InputPath | None = None
    """Folder of an acoustic model (`mdef`, `means`, …)."""
    lm: InputPath | None = None
    """N-gram language model, ARPA or binary."""
    dictionary: InputPath | None = None
    """Pronunciations of the words, CMUdict format."""
    phrases: InputPath | None = None
    """What is likely to be said: a text file, one sentence a line, or a persona file (its questions)."""
    partial_ms: Annotated[int, msgspec.Meta(ge=50, le=2_000)] = 200
    """A partial text at most once for so much sound."""
    second_pass: bool = False
    """Hear everything once more at the end: a few words in a hundred better, but 65 ms later for two seconds of speech
    (10 ms without)."""
    most_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 30.0
    """A step that takes longer than this is not waited for: the process is started again."""


class Sphinx:
    """Hears with one or two decoders, in one thread."""

    Settings: ClassVar = SphinxSettings
    brings: ClassVar = Brought(
        name="CMU Sphinx en-us 5.2",
        package="pocketsphinx",
        size=29_000_000,
        licence="BSD-style: any use, also commercial",
        page="https://github.com/cmusphinx/pocketsphinx",
    )

    def __init__(self, settings: SphinxSettings) -> None:
        self.settings = settings
        self._off_loop = OffLoop("sphinx")
        self._decoders: list[Any] = []

    async def load(self) -> None:
        """Loads the models (0.3 s). Raises Wrong for files of the settings, Fatal when the wheel's own are missing."""
        self._decoders = await self._off_loop.run(_load, self.settings)

    def listen(self) -> SphinxHearing:
        """Opens a hearing for one utterance."""
        return SphinxHearing(self._off_loop, self._decoders, self.settings)

    async def close(self) -> None:
        """Frees the models; may be called twice."""
        self._off_loop.close()
        self._decoders = []


class SphinxHearing:
    """One utterance on its way through the decoders."""

    def __init__(self, off_loop: OffLoop, decoders: list[Any], settings: SphinxSettings) -> None:
        self._off_loop = off_loop
        self._decoders = decoders
        self._partial_samples = settings.partial_ms * RATE_HZ // 1000
        self._most_s = settings.most_s
        self._since_partial = 0
        self._text = ""
        self._open = False

    async def hear(self, pcm: NDArray[np.int16], quiet_ms: int = 0) -> str | None:
        """Takes the next samples; gives the new partial text when it changed, else None. Raises Stuck."""
        return await self._off_loop.within(self._most_s, self._hear, pcm)

    async def finish(self) -> Transcript:
        """The final words. Raises Stuck."""
        return await self._off_loop.within(self._most_s, self._finish)

    async def cancel(self) -> None:
        """Drops the utterance."""
        await self._off_loop.run(self._end)

    def _hear(self, pcm: NDArray[np.int16]) -> str | None:
        if not self._open:
            for decoder in self._decoders:
                decoder.start_utt()
            self._open = True
        if not pcm.size:
            return None
        sound = pcm.astype(np.int16, copy=False).tobytes()
        for decoder in self._decoders:
            decoder.process_raw(sound, no_search=False, full_utt=False)
        self._since_partial += pcm.size
        if self._since_partial < self._partial_samples:
            return None
        self._since_partial = 0
        text = _text(_best(self._decoders))
        if text == self._text:
            return None
        self._text = text
        return text

    def _finish(self) -> Transcript:
        if not self._open:
            return Transcript("", LANGUAGE)
        self._end()
        best = _best(self._decoders)
        return Transcript(_text(best), LANGUAGE, _words(best))

    def _end(self) -> None:
        if self._open:
            self._open = False
            for decoder in self._decoders:
                decoder.end_utt()


def _best(decoders: list[Any]) -> Any | None:
    """The decoder with the best path; None when none heard words."""
    scored = [(hypothesis.score, -i) for i, d in enumerate(decoders) if (hypothesis := d.hyp()) and hypothesis.hypstr]
    return decoders[-max(scored)[1]] if scored else None


def _text(decoder: Any | None) -> str:
    return str(decoder.hyp().hypstr) if decoder is not None else ""


def _words(decoder: Any | None) -> tuple[Word, ...]:
    """Words with times and posterior probabilities; no silences, no noises, no marks of a variant ("the(2)")."""
    return tuple(
        Word(
            text=segment.word.partition("(")[0],
            start_ms=segment.start_frame * FRAME_MS,
            end_ms=(segment.end_frame + 1) * FRAME_MS,
            confidence=round(min(1.0, max(0.0, segment.prob)), 3),
        )
        for segment in (decoder.seg() if decoder is not None else ())
        if segment.word[0] not in "<[+"
    )


def _load(settings: SphinxSettings) -> list[Any]:
    models = {"hmm": settings.acoustic_model, "dict": settings.dictionary}
    for path in (*models.values(), settings.lm):
        if path is not None and not Path(path).exists():
            raise Wrong(f"there is no speech model {path}", "correct the path in the plan, or leave it out")
    given = {name: path for name, path in models.items() if path is not None}
    if settings.acoustic_model is None:
        given["cmninit"] = USUAL_VOICE
    decoders = [_decoder(settings, **given, **({"lm": settings.lm} if settings.lm else {}))]
    if settings.phrases is not None and (phrases := _known_phrases(Path(settings.phrases), decoders[0])):
        with tempfile.TemporaryDirectory() as folder:
            model, dictionary = Path(folder) / "phrases.lm", Path(folder) / "phrases.dict"
            write_model(phrases, model)
            write_dictionary(phrases, decoders[0].lookup_word, dictionary)
            given |= {"lm": str(model), "dict": str(dictionary)}
            # All sounds are scored in each frame, as the general decoder nearly does: else the two scores do not compare.
            decoders.append(_decoder(settings, **given, compallsen=True))
    return decoders


def _known_phrases(path: Path, decoder: Any) -> list[str]:
    """The phrases whose words all have a pronunciation."""
    phrases = read_phrases(path)
    unknown = {word for phrase in phrases for word in phrase.split() if decoder.lookup_word(word) is None}
    if unknown:
        log.warning("phrases have words without a pronunciation", extra={"words": len(unknown)})
    return [phrase for phrase in phrases if not unknown & set(phrase.split())]


def _decoder(settings: SphinxSettings, **arguments: object) -> Any:
    try:
        from pocketsphinx import Decoder
    except ImportError as error:
        raise Fatal("pocketsphinx is not installed", "install it: pip install pocketsphinx") from error
    try:
        return Decoder(samprate=RATE_HZ, loglevel="FATAL", fwdflat=settings.second_pass, **arguments)
    except RuntimeError as error:
        kind: type[AvatarError] = Wrong if settings.lm or settings.dictionary or settings.acoustic_model else Fatal
        raise kind("pocketsphinx cannot load its models", "check the files, or reinstall pocketsphinx") from error
