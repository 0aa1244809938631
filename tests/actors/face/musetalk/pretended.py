"""Pretended network: numbers instead of pictures, so that scenes can tell what was drawn from what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from actors.face.musetalk.likeness import Likeness
from actors.face.musetalk.listening import STEP_SAMPLES
from actors.face.musetalk.network import Network, Pixels

Floats = np.ndarray[Any, np.dtype[np.float32]]
REST = 200
"""Brightness of the idle mouth; a drawn one is darker."""


class Pretended:
    """Hears how loud each step is; a picture is as bright as its window was loud."""

    width = 4
    half = False
    device = "cpu"

    def __init__(self) -> None:
        self.heard = 0
        self.batches: list[int] = []
        self.on_think: Callable[[], None] = lambda: None

    def as_network(self) -> Network:
        return cast("Network", self)

    def hear(self, sound: Floats) -> Floats:
        self.heard += 1
        loud = np.abs(sound[: sound.size // STEP_SAMPLES * STEP_SAMPLES]).reshape(-1, STEP_SAMPLES).mean(axis=1)
        return np.tile(loud[:, None, None], (1, 5, self.width)).astype(np.float32)

    def encode(self, crops: Pixels) -> Floats:
        means = crops.reshape(len(crops), -1).mean(axis=1).astype(np.float32)
        return np.ascontiguousarray(np.broadcast_to(means[:, None, None, None], (len(crops), 8, 32, 32)))

    def think(self, latents: Floats, tokens: Floats) -> Floats:
        self.on_think()
        self.batches.append(len(latents))
        return np.asarray(tokens.mean(axis=(1, 2)))

    def paint(self, thought: Floats) -> Pixels:
        light = np.minimum(thought * 400, 150).astype(np.uint8)
        return np.ascontiguousarray(np.broadcast_to(light[:, None, None, None], (len(light), 256, 256, 3)))


def likeness(frames: int = 4, fits_any: bool = False) -> Likeness:
    crops = [np.full((256, 256, 3), REST + frame, np.uint8) for frame in range(frames)]
    return Likeness(crops, np.zeros((frames, 8, 32, 32), np.float16), fits_any)
