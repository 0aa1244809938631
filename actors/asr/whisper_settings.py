"""Settings of the engine "whisper": which model, where it runs, which languages it expects, what it may cost."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from actors.asr.compute import Compute

InputPath = Annotated[str, msgspec.Meta(min_length=1, extra={"path": "input"})]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}$", description='a language code such as "uk"')]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class WhisperSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the engine "whisper"."""

    model: Annotated[str, msgspec.Meta(min_length=1)] = "large-v3-turbo"
    """Name of a Whisper model that is on this machine: pulled with `avatar models pull`, or in Hugging Face's cache."""
    folder: InputPath | None = None
    """Folder of any Whisper model in CTranslate2's format, instead of a name."""
    language: Language | None = None
    """The language that is spoken. Default: it is found out for each utterance, once."""
    languages: tuple[Language, ...] = ()
    """Which languages may be found out, such as ["uk", "en"]; the others are not believed. Empty: any."""
    hot_words: tuple[str, ...] = ()
    """Names and terms that may be said: they are spelled like this."""
    device: Literal["auto", "cuda", "cpu"] = "auto"
    """Where it runs. "auto": on the GPU if there is one that understands speech, else on the CPU."""
    gpu: Annotated[int, msgspec.Meta(ge=0, le=15)] = 0
    """Which GPU, counted from 0."""
    compute: Literal["auto"] | Compute = "auto"
    """How weights are held and multiplied. "auto": the fastest that fits into the free memory."""
    memory_mb: Annotated[int, msgspec.Meta(ge=500)] = 6_000
    """The most memory of a GPU that it may take."""
    cpu_threads: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    """Threads on a CPU; 0: the library's choice."""
    beam: Annotated[int, msgspec.Meta(ge=1, le=10)] = 5
    """How many ways to go on are followed for the final words; partial ones follow one."""
    partial_ms: Annotated[int, msgspec.Meta(ge=400, le=2_000)] = 500
    """A partial text at most once for so much sound; left out on a machine that takes longer for one."""
    silence_ms: Annotated[int, msgspec.Meta(ge=32, le=1_000)] = 96
    """After so much silence the final words are heard already, in case that nothing follows."""
    most_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 30.0
    """Final words that take longer than this are not waited for: the process is started again."""
    no_speech: Share = 0.6
    """A passage that the model says is no speech with this probability is dropped, if its words are unsure too."""
    doubt: Share = 0.35
    """The same for phrases that Whisper is known to invent, such as "Thanks for watching", however sure the words are."""
    least_logprob: float = -1.0
    """Words are unsure below this mean log probability."""
    guess_logprob: float = -1.8
    """Below this they are dropped as a guess, whoever spoke."""
    most_repetition: Annotated[float, msgspec.Meta(gt=1)] = 2.4
    """A passage that can be packed by more than this factor says the same over and over, and is dropped."""
