"""Llama library: llama.cpp in this process, by llama-cpp-python. Blocking; all of it is called in one thread.

It keeps what it has read (keys and values of every token), and reads of the next prompt only what is new: as long as
prompts begin alike.
"""

from __future__ import annotations

import ctypes
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import takewhile
from typing import Any

from actors.llm.engine import Cost
from bus.errors import Broken, Fatal

log = logging.getLogger(__name__)

PIECE_BYTES = 256
"""Longest text of one token; llama-cpp-python's own way has room for 32, and some vocabularies hold longer ones."""
LOG_ERROR = 4
"""Of ggml today: debug 1, info 2, warning 3, error 4. (llama-cpp-python counts as older ones did.)"""
_LISTENING: list[object] = []
"""Functions that llama.cpp may call as long as the process lives."""


class LlamaLibrary:
    """One model and its memory of what it has read."""

    def __init__(self, options: Mapping[str, object], aborted: Callable[[], bool]) -> None:
        """Loads with `options` of llama_cpp.Llama. `aborted`: asked between steps of the computation, from its threads;
        says whether to break off. Raises Fatal."""
        try:
            import llama_cpp
        except ImportError as error:
            raise Fatal("llama-cpp-python is not installed", "install it: uv sync --extra llama") from error
        self._c = llama_cpp
        self._complaint = ""
        hear = llama_cpp.llama_log_callback(self._hear)
        _LISTENING.append(hear)
        llama_cpp.llama_log_set(hear, ctypes.c_void_p(0))
        try:
            self._llama: Any = llama_cpp.Llama(**options, verbose=False)
        except (ValueError, RuntimeError, OSError, AssertionError) as error:
            why = self._complaint or str(error)
            raise Fatal(
                f"llama.cpp cannot load the model: {why}", "is there memory for it? see: avatar check"
            ) from error
        self._on_step = llama_cpp.ggml_abort_callback(lambda _: aborted())
        llama_cpp.llama_set_abort_callback(self._llama.ctx, self._on_step, ctypes.c_void_p(0))
        self._aborted = aborted
        self._piece = ctypes.create_string_buffer(PIECE_BYTES)
        self._controls = self._control_texts()
        self.cost = Cost()

    @property
    def on_gpu(self) -> bool:
        """Whether this llama.cpp was built to use a GPU."""
        return bool(self._c.llama_supports_gpu_offload())

    @property
    def context(self) -> int:
        """Tokens that it has room for."""
        return int(self._llama.n_ctx())

    def text_of_token(self, token: int) -> str:
        """A token as it is written in the vocabulary; empty for one that there is not."""
        return self._c.llama_vocab_get_text(self._vocab, token).decode("utf-8", "replace") if token >= 0 else ""

    @property
    def bos(self) -> str:
        """The text of the token at the beginning of every prompt."""
        return self.text_of_token(self._llama.token_bos())

    @property
    def eos(self) -> str:
        """The text of the token at the end of every text."""
        return self.text_of_token(self._llama.token_eos())

    def plain(self, text: str) -> str:
        """A text in which nothing means more than its letters: words that a caller typed must not end their turn."""
        return self._controls.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text) if self._controls else text

    def tokens(self, prompt: str) -> list[int]:
        """A whole prompt in tokens; the control tokens in it are such."""
        adds = bool(self._c.llama_vocab_get_add_bos(self._vocab)) and not (self.bos and prompt.startswith(self.bos))
        tokens: list[int] = self._llama.tokenize(prompt.encode("utf-8", "replace"), add_bos=adds, special=True)
        return tokens

    def read(self, tokens: Sequence[int]) -> int:
        """Takes in a prompt, all but its last token; gives how many of its tokens it knew. Raises Broken."""
        for _ in self._reading(tokens):
            pass
        return self.cost.reused_tokens

    def _reading(self, tokens: Sequence[int]) -> Iterator[None]:
        """A batch of the prompt each time. The cost tells how many of its tokens it knew."""
        llama = self._llama
        held = llama.input_ids[: llama.n_tokens].tolist()
        known = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(held, tokens[:-1], strict=False)))
        if known and self._forget_behind(known):
            llama.n_tokens = known
        else:
            llama.reset()
            self._forget_behind(0)
            known = 0
        self.cost = Cost(prompt_tokens=len(tokens), reused_tokens=known)
        for start in range(known, len(tokens) - 1, llama.n_batch):
            if self._aborted():
                break
            self._do(llama.eval, tokens[start : min(start + llama.n_batch, len(tokens) - 1)])
            yield

    def answer(self, tokens: Sequence[int], most: int, sampling: Mapping[str, object]) -> Iterator[bytes]:
        """The pieces of text behind a prompt, at most `most`, an empty one for each batch of it that was read; ends when it
        is aborted. Raises Broken."""
        if most < 1 or len(tokens) >= self.context:
            return
        for _ in self._reading(tokens):
            yield b""
        if self._aborted():
            return
        with closing(self._llama.generate(tokens, **sampling)) as generated:
            for count in range(1, most + 1):
                token = self._do(next, generated, None)
                if token is None or self._aborted() or self._c.llama_vocab_is_eog(self._vocab, token):
                    return
                self.cost = replace(self.cost, tokens=count)
                yield self._text(token)

    def close(self) -> None:
        """Frees the model."""
        self._llama.close()

    @property
    def _vocab(self) -> Any:
        return self._c.llama_model_get_vocab(self._llama.model)

    def _do(self, call: Callable[..., Any], *args: object) -> Any:
        """A call into llama.cpp; None when it was broken off because it was to."""
        self._complaint = ""
        try:
            return call(*args)
        except (RuntimeError, ValueError) as error:
            if self._aborted():
                return None
            raise Broken(f"llama.cpp failed: {self._complaint or error}", "see: avatar logs llm") from error

    def _forget_behind(self, known: int) -> bool:
        memory = self._c.llama_get_memory(self._llama.ctx)
        return bool(self._c.llama_memory_seq_rm(memory, 0, known, -1))

    def _text(self, token: int) -> bytes:
        size = self._c.llama_token_to_piece(self._vocab, token, self._piece, PIECE_BYTES, 0, False)
        return self._piece.raw[: max(0, size)]

    def _control_texts(self) -> re.Pattern[str] | None:
        count = self._llama.n_vocab()
        texts = {self.text_of_token(i) for i in range(count) if self._c.llama_vocab_is_control(self._vocab, i)}
        known = sorted((re.escape(text) for text in texts if len(text) > 1), key=len, reverse=True)
        return re.compile("|".join(known)) if known else None

    def _hear(self, level: int, text: bytes, _data: object) -> None:
        """What llama.cpp complains about; it never writes of prompts. Called from its threads."""
        if level == LOG_ERROR:
            complaint = " ".join(text.decode("utf-8", "replace").split())
            self._complaint = self._complaint or complaint  # what comes later are its consequences
            log.error("llama.cpp: %s", complaint)
