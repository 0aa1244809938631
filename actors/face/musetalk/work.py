"""Work of one batch: sound and latents through the network, and mouths out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actors.face.engine import Mouth
from actors.face.musetalk.decimate import RATE_HZ
from actors.face.musetalk.likeness import Likeness
from actors.face.musetalk.network import CHANNELS, LATENT, Network
from actors.face.musetalk.queue import Waiting
from actors.face.musetalk.window import TOKENS, window
from bus.clock import SECOND

_WARM_UPS = 2
"""Batches of each size before the first call, of which the fastest counts: the first one reads weights from the disk and looks for a plan."""
_TOO_SLOW_NS = SECOND // 2
"""Where one picture takes so long, larger batches are never used, and not tried: with a processor that took minutes."""


class Work(NamedTuple):
    """Pictures to draw in a batch of `size`: with fewer it is filled up, because each new shape costs a GPU a new plan."""

    likeness: Likeness
    clip: int
    pictures: tuple[Waiting, ...]
    size: int

    def done(self, network: Network, first: int, sound: NDArray[np.float32], wanted: Callable[[], bool]) -> list[Mouth]:
        """Blocks until the mouths are drawn from `sound` (16 kHz) that begins with step `first` of the reply.

        Gives none, between two of its steps, as soon as they are not `wanted` any more.
        """
        steps = network.hear(sound) if wanted() else None
        if steps is None or not wanted():
            return []
        filled = [*self.pictures, *[self.pictures[-1]] * (self.size - len(self.pictures))]
        tokens = np.stack([window(steps, first, picture.frame) for picture in filled])
        latents = np.stack([self.likeness.latent(picture.frame, self.clip) for picture in filled])
        thought = network.think(latents, tokens)
        if not wanted():
            return []
        return [
            self.likeness.mixed(picture.frame, self.clip, crop, picture.share)
            for picture, crop in zip(self.pictures, network.paint(thought), strict=False)
        ]


def warm_up(network: Network, sizes: tuple[int, ...], clock: Callable[[], int]) -> dict[int, int]:
    """How many ns a batch of each size takes. Raises Fatal when what is drawn are no numbers. Blocks."""
    costs: dict[int, int] = {}
    for size in sorted(set(sizes)):
        latents = np.zeros((size, CHANNELS, LATENT, LATENT), np.float32)
        tokens = np.zeros((size, TOKENS, network.width), np.float32)
        for _ in range(_WARM_UPS):
            begun_ns = clock()
            network.hear(np.zeros(RATE_HZ, np.float32))
            network.paint(network.think(latents, tokens))
            took_ns = clock() - begun_ns
            costs[size] = min(costs.get(size, took_ns), took_ns)
        if costs[size] > _TOO_SLOW_NS:
            break
    return costs
