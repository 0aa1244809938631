"""Smart-turn: the end of a turn judged by ear, with the open model smart-turn v3 (23 languages, Ukrainian among them).

It hears how something was said: a falling voice, a held breath, an "um" that is no word. Only the model's file in the
wheel of pipecat-ai is used (BSD-2-Clause, 8.7 MB), run by onnxruntime; the package itself is never imported. Where it
hears nothing, or too late, the last words decide as in the engine "rules".
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.readiness import Readiness
from actors.turn_manager.endpoint import looks_complete
from actors.turn_manager.log_mel import BANDS, FRAMES, RATE_HZ, features
from actors.weights import Brought
from bus.errors import AvatarError, Fatal, Wrong
from bus.off_loop import OffLoop

log = logging.getLogger(__name__)

InputPath = Annotated[str, msgspec.Meta(min_length=1, extra={"path": "input"})]
_TODO = "install it: uv sync --extra smart-turn"
LEAST_SAMPLES = RATE_HZ // 4
"""A sound shorter than this tells nothing of how it ends."""


class SmartTurnSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of the engine "smart-turn"."""

    threshold: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.5
    """How sure it must be that somebody has finished."""
    judge_within_ms: Annotated[int, msgspec.Meta(ge=20, le=1_000)] = 150
    """On a machine that is too busy to judge in this time, the last words decide."""
    model: InputPath | None = None
    """Another smart-turn v3 model, ONNX. Default: the one in the wheel of pipecat-ai."""
    unfinished_words: tuple[str, ...] = ()
    """Further words that leave a sentence open when they come last, where the words decide."""


class SmartTurn:
    """Sound of a turn in, "finished" or "more to come" out; the model runs in one thread of its own."""

    Settings: ClassVar = SmartTurnSettings
    brings: ClassVar = Brought(
        name="smart-turn v3",
        package="pipecat",
        size=8_700_000,
        licence="BSD-2-Clause: any use, also commercial",
        page="https://huggingface.co/pipecat-ai/smart-turn-v3",
        extra="smart-turn",
    )

    def __init__(self, settings: SmartTurnSettings) -> None:
        self._settings = settings
        self._more = frozenset(word.lower() for word in settings.unfinished_words)
        self._off_loop = OffLoop("smart-turn")
        self._session: Any = None

    @classmethod
    def ready(cls, settings: SmartTurnSettings) -> Readiness:
        """Whether the model's file is here."""
        try:
            return Readiness(ok=True, why=f"the model {model_file(settings.model).name}")
        except AvatarError as lacking:
            return Readiness(ok=False, why=lacking.what, todo=lacking.todo)

    async def load(self) -> None:
        """Loads the model and judges a silence (0.1 s). Raises Wrong for the setting's file, Fatal for the wheel's."""
        self._session = await self._off_loop.run(_load, model_file(self._settings.model))

    async def listen(self, pcm: NDArray[np.int16]) -> float | None:
        """How sure it is, 0..1; None for a sound too short to judge, and when there is no time for it."""
        if pcm.size < LEAST_SAMPLES:
            return None
        try:
            async with asyncio.timeout(self._settings.judge_within_ms / 1_000):
                return await self._off_loop.run(_judge, self._session, pcm)
        except TimeoutError:
            log.warning("no time to judge by ear", extra={"within_ms": self._settings.judge_within_ms})
            return None

    def looks_complete(self, text: str, language: str, heard: float | None) -> bool:
        """By ear; by the last words when nothing was heard."""
        return heard > self._settings.threshold if heard is not None else looks_complete(text, self._more)

    async def close(self) -> None:
        """Frees the model; may be called twice."""
        self._off_loop.close()
        self._session = None


def model_file(given: str | None) -> Path:
    """The setting's file, or the one inside the installed package, which is not imported. Raises Wrong or Fatal."""
    if given is not None:
        if not Path(given).is_file():
            raise Wrong(f"there is no smart-turn model {given}", "correct the path in the plan, or leave it out")
        return Path(given)
    found = importlib.util.find_spec("pipecat")
    for folder in (found.submodule_search_locations or ()) if found else ():
        files = sorted((Path(folder) / "audio" / "turn" / "smart_turn" / "data").glob("smart-turn-v3*.onnx"))
        if files:
            return files[-1]
    raise Fatal("the smart-turn model (package pipecat-ai) is not installed", _TODO)


def _load(path: Path) -> Any:
    import onnxruntime as ort
    from onnxruntime.capi import onnxruntime_pybind11_state as states

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        sure = _judge(session, np.zeros(LEAST_SAMPLES, np.int16))
    except (states.Fail, states.InvalidArgument, states.InvalidGraph, states.InvalidProtobuf, ValueError) as error:
        raise Fatal(f"{path.name} is no smart-turn v3 model", "install pipecat-ai again, or correct `model`") from error
    if not 0.0 <= sure <= 1.0:
        raise Fatal(f"{path.name} gives no probability", "it is no smart-turn v3 model: correct `model`")
    return session


def _judge(session: Any, pcm: NDArray[np.int16]) -> float:
    """The model's output is a probability already, though its name there is "logits"."""
    given = features(pcm).reshape(1, BANDS, FRAMES)
    (output,) = session.run(None, {"input_features": given})
    return float(output[0, 0])
