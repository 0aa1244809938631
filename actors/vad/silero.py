"""Silero: the speech detector of the silero-vad package, run by onnxruntime. No torch: only its ONNX file is used."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actors.vad.engine import RATE_HZ, WINDOW
from bus.errors import Fatal

CONTEXT = 64
"""Samples of the window before that the model wants in front of each window. Without them it runs, and is wrong."""
_TODO = "install it again: pip install --force-reinstall silero-vad"


def model_file() -> Path:
    """The model inside the installed package. The package is not imported: it would load torch. Raises Fatal."""
    found = importlib.util.find_spec("silero_vad")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "data" / "silero_vad.onnx"
        if path.is_file():
            return path
    raise Fatal("the speech detector's model (package silero-vad) is not installed", _TODO)


class Silero:
    """Windows of 512 samples at 16 kHz in, speech probability out; about 0.25 ms each."""

    def __init__(self) -> None:
        self._session: Any = None
        self._rate = np.array(RATE_HZ, dtype=np.int64)
        self._state: NDArray[np.float32] = np.zeros((2, 1, 128), dtype=np.float32)
        self._context: NDArray[np.float32] = np.zeros(CONTEXT, dtype=np.float32)

    def load(self) -> None:
        """Loads the model with one thread that never spins (a spinning pool eats a core between windows)."""
        import onnxruntime as ort
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = model_file()
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except (Fail, InvalidGraph, InvalidProtobuf) as error:
            raise Fatal(f"the speech detector's model {path.name} cannot be loaded: {error}", _TODO) from error

    def probability(self, window: NDArray[np.int16]) -> float:
        """Speech probability 0..1 of 512 samples at 16 kHz; keeps state between calls."""
        assert window.size == WINDOW
        fresh = window.astype(np.float32) / np.float32(32_768)
        given = {"input": np.concatenate([self._context, fresh])[None], "state": self._state, "sr": self._rate}
        output, self._state = self._session.run(None, given)
        self._context = fresh[-CONTEXT:]
        return float(output[0, 0])

    def reset(self) -> None:
        """Forgets what was heard before."""
        self._state = np.zeros(self._state.shape, dtype=np.float32)
        self._context = np.zeros(CONTEXT, dtype=np.float32)
