"""Llama: any GGUF model in this process, by llama.cpp. The persona file says whose words it is to speak."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar

import msgspec

from actors.gpu import gpus
from actors.llm.answer_text import AnswerText
from actors.llm.chat import Said, chat_of
from actors.llm.context import Context
from actors.llm.engine import Cost
from actors.llm.gguf import Gguf, read_gguf
from actors.llm.instructions import instructions
from actors.llm.llama_library import LlamaLibrary
from actors.llm.persona_file import read_persona
from actors.llm.template import ChatTemplate
from actors.readiness import Readiness, lacks
from actors.weights import WeightFile, Weights
from bus.errors import Wrong
from bus.messages import Line
from bus.off_loop import OffLoop

log = logging.getLogger(__name__)

MB = 1_000_000
SMALLEST_ROOM = 128
"""Tokens that must be left for the conversation, beside the instructions and the answer."""


_PAGE = "https://huggingface.co/INSAIT-Institute/MamayLM-Gemma-2-9B-IT-v0.1-GGUF"
MAMAY = Weights(
    name="mamaylm-gemma-2-9b-it",
    files=(WeightFile("MamayLM-Gemma-2-9B-IT-v0.1.Q4_K_M.gguf"),),
    source=f"{_PAGE}/resolve/main/",
    page=_PAGE,
    licence="Gemma Terms of Use: commercial use is allowed under Google's terms (ai.google.dev/gemma/terms)",
    about=5_761_000_000,
)
"""Speaks Ukrainian and English; topology/mamay.toml takes it."""


class LlamaSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which model, whose words, how long and how freely it speaks."""

    model: Annotated[str, msgspec.Meta(min_length=1, extra={"path": "input"})]
    """The GGUF file of a model for chats, such as MamayLM-Gemma-2-9B-IT-v0.1.Q4_K_M.gguf."""
    persona: Annotated[str, msgspec.Meta(extra={"path": "input"})] = ""
    """Persona file: its name, its `about` and its answers tell the model who it is."""
    examples: Annotated[int, msgspec.Meta(ge=0, le=500)] = 24
    """So many answers of the persona file are shown to the model, of each language alike."""
    style: str = ""
    """What else it is told about how to speak, in your words."""
    n_ctx: Annotated[int, msgspec.Meta(ge=256, le=1_000_000)] = 4096
    """Tokens of context: instructions, conversation and answer together. Memory grows with it: for Gemma 2 9B by 0.34 MB a
    token. Never more than the model was made for."""
    n_batch: Annotated[int, msgspec.Meta(ge=8, le=8192)] = 512
    """Tokens of a prompt that are read in one step; on a GPU a cut waits for its end."""
    n_gpu_layers: Annotated[int, msgspec.Meta(ge=-1)] = -1
    """Layers of the model on the GPU; -1: all. Without effect when llama.cpp was built for the CPU alone."""
    flash_attn: bool = True
    """Attention that needs less memory. Its other form is for GPUs that have none."""
    threads: Annotated[int, msgspec.Meta(ge=0, le=512)] = 0
    """Of the CPU; 0: half of its cores. Take fewer when other actors need them: these threads wait for each other, and where
    one has no core, all do."""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 256
    """Longest answer."""
    temperature: Annotated[float, msgspec.Meta(ge=0, le=5)] = 0.6
    """0: always the likeliest word."""
    top_k: Annotated[int, msgspec.Meta(ge=0)] = 40
    """Among so many likeliest tokens; 0: all."""
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.95
    """Among the likeliest tokens that make up this share."""
    min_p: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """Only tokens at least so likely, beside the likeliest."""
    repeat_penalty: Annotated[float, msgspec.Meta(gt=0, le=5)] = 1.0
    """Above 1: what it has said lately becomes less likely."""
    stop: tuple[str, ...] = ()
    """Texts that end the answer, beside the model's own marks."""
    step_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0
    """One step (`n_batch` tokens of a prompt read, or one token written) that takes longer hangs: the process ends, and the
    one after it answers."""


class LlamaModel:
    """A model and its chat template, in a thread of its own. One answer at a time; a new one ends the one before."""

    Settings: ClassVar = LlamaSettings
    examines: ClassVar[Mapping[str, Callable[[Path], object]]] = {"persona": read_persona}
    pullable: ClassVar[tuple[Weights, ...]] = (MAMAY,)

    def __init__(self, settings: LlamaSettings) -> None:
        self.settings = settings
        self.cost = Cost()
        self._door = OffLoop("llama")
        self._library: LlamaLibrary | None = None
        self._mind: Mind | None = None
        self._wanted: Answer | None = None
        self._running: Answer | None = None
        self._loading = False

    @classmethod
    def ready(cls, settings: LlamaSettings) -> Readiness:
        """Whether the package and the model's file are there."""
        if missing := lacks("llama_cpp", "llama"):
            return missing
        try:
            header = read_gguf(Path(settings.model))
        except Wrong as error:
            return Readiness(ok=False, why=error.what, todo=error.todo)
        if not header.text("tokenizer.chat_template"):
            return Readiness(ok=False, why=NO_TEMPLATE, todo=TAKE_A_CHAT_MODEL)
        return Readiness(ok=True, why=f"{header.name} in {settings.model}")

    async def load(self) -> None:
        """Loads the model and lets it read its instructions. Raises Wrong for files of the settings, Fatal when llama.cpp is
        not there or cannot load it."""
        await self._door.run(self._load)

    @asynccontextmanager
    async def reply(self, conversation: Sequence[Line], begun: str) -> AsyncIterator[AsyncIterator[str]]:
        """The answer, a token or a few at a time. Leaving does not wait: the computation ends at its next step. Raises Broken
        when it fails, Stuck when a step does not come to its end."""
        answer = self._wanted = Answer(tuple(conversation), begun)
        try:
            async with aclosing(self._stream(answer)) as pieces:
                yield pieces
        finally:
            if self._wanted is answer:
                self._wanted = None

    async def _stream(self, answer: Answer) -> AsyncGenerator[str, None]:
        while (piece := await self._door.within(self.settings.step_s, self._next, answer)) is not None:
            if piece:
                yield piece
        self.cost = answer.cost

    async def close(self) -> None:
        """Frees the model; may be called twice."""
        self._wanted = None
        if self._library is not None:
            library, self._library = self._library, None
            await self._door.run(library.close)
        self._door.close()

    # --- in the thread ------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        settings = self.settings
        header = read_gguf(Path(settings.model))
        source = header.text("tokenizer.chat_template")
        if not source:
            raise Wrong(f"{settings.model}: {NO_TEMPLATE}", TAKE_A_CHAT_MODEL)
        context = min(settings.n_ctx, header.trained_context or settings.n_ctx)
        self._loading = True
        if self._library is not None:
            self._library.close()  # loaded twice
        library = LlamaLibrary(_options(settings, context), self._is_unwanted)
        self._library = library
        template = ChatTemplate(source, library.bos, library.eos)
        persona = read_persona(Path(settings.persona)) if settings.persona else None
        system = instructions(persona, style=settings.style, examples=settings.examples)
        self._mind = Mind(library, template, system, settings)
        read = self._mind.warm_up()
        self._loading = False
        _tell(header, library, context, read)

    def _is_unwanted(self) -> bool:
        """Asked by llama.cpp between steps: loading apart, it works only for the answer that somebody waits for."""
        return not self._loading and (self._running is None or self._wanted is not self._running)

    def _next(self, answer: Answer) -> str | None:
        """The next piece, which may be empty; None: that was all."""
        assert self._mind is not None, "load() first"
        if self._wanted is not answer:
            return None
        if self._running is not answer:
            if self._running and self._running.pieces:
                self._running.pieces.close()
            self._running = answer
            answer.pieces = self._mind.answer(answer)
        return next(answer.pieces, None) if answer.pieces else None


class Answer:
    """One answer on its way. Its pieces are made in the thread, and nowhere else."""

    def __init__(self, lines: tuple[Line, ...], begun: str) -> None:
        self.lines = lines
        self.begun = begun
        self.cost = Cost()
        self.pieces: Generator[str, None, None] | None = None


class Mind:
    """A conversation in, the words of the answer out: instructions, trimming, template and model together."""

    def __init__(self, library: LlamaLibrary, template: ChatTemplate, system: str, settings: LlamaSettings) -> None:
        """Raises Wrong when the instructions leave no room for a conversation."""
        self._library = library
        self._template = template
        self._system = library.plain(system)
        self._settings = settings
        most = min(settings.max_tokens, library.context // 2)
        room = library.context - most
        taken = self._size(())
        if taken + SMALLEST_ROOM > room:
            what = f"the instructions take {taken} of {library.context} tokens, and an answer {most}"
            raise Wrong(what, "set n_ctx higher, or examples or max_tokens lower")
        self._most = most
        self._context = Context(room, self._size)

    def warm_up(self) -> int:
        """Reads the instructions, so that the first answer need not. Gives their tokens."""
        tokens = self._library.tokens(self._prompt(()))
        self._library.read(tokens)
        return len(tokens)

    def answer(self, answer: Answer) -> Generator[str, None, None]:
        """The pieces of the answer; sets its cost."""
        lines = self._context.fit(answer.lines)
        tokens = self._library.tokens(self._prompt(lines, answer.begun))
        begun = len(tokens) - self._size(lines) if answer.begun else 0
        most = min(self._most - begun, self._library.context - len(tokens))
        text = AnswerText(self._settings.stop, answer.begun)
        for piece in self._library.answer(tokens, most, _sampling(self._settings)):
            yield text.hear(piece)
            if text.ended:
                break
        answer.cost = replace(self._library.cost, left_out=len(answer.lines) - len(lines))
        yield text.finish()

    def _prompt(self, lines: Sequence[Line], begun: str = "") -> str:
        chat = [Said(said.role, self._library.plain(said.text)) for said in chat_of(lines)]
        return self._template.render(self._system, chat, self._library.plain(begun))

    def _size(self, lines: Sequence[Line]) -> int:
        return len(self._library.tokens(self._prompt(lines)))


NO_TEMPLATE = "the model has no chat template, so nobody knows how to talk to it"
BUILD_FOR_GPU = 'CMAKE_ARGS="-DGGML_CUDA=on" uv pip install --reinstall --no-cache llama-cpp-python'
TAKE_A_CHAT_MODEL = "take a model that was made for chats (its name ends in instruct, chat or it)"


def _options(settings: LlamaSettings, context: int) -> dict[str, object]:
    """What llama_cpp.Llama is told. Its own defaults: 512 tokens of context, flash attention off, nothing on the GPU."""
    threads = settings.threads or max(1, (os.cpu_count() or 2) // 2)
    return {
        "model_path": settings.model,
        "n_ctx": context,
        "n_batch": settings.n_batch,
        "n_ubatch": settings.n_batch,
        "n_gpu_layers": settings.n_gpu_layers,
        "flash_attn": settings.flash_attn,
        "swa_full": True,  # else models with a sliding window (Gemma) forget what the next prompt begins with
        "n_threads": threads,
        "n_threads_batch": threads,  # its own default, every core, starves the actors that share them
    }


def _sampling(settings: LlamaSettings) -> dict[str, object]:
    return {
        "temp": settings.temperature,
        "top_k": settings.top_k,
        "top_p": settings.top_p,
        "min_p": settings.min_p,
        "repeat_penalty": settings.repeat_penalty,
    }


def _tell(header: Gguf, library: LlamaLibrary, context: int, read: int) -> None:
    figures = {
        "model": header.name,
        "file_mb": header.file_bytes // MB,
        "kv_mb": header.kv_bytes(context) // MB,
        "context": context,
        "instructions": read,
        "gpu": library.on_gpu,
    }
    log.info("model loaded", extra=figures)
    if not library.on_gpu and gpus():
        log.warning("llama.cpp was built for the CPU alone and leaves the GPU idle: %s", BUILD_FOR_GPU)
