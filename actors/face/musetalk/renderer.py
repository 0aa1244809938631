"""MuseTalk: draws the mouth of a filmed person from the sound alone, with the networks of MuseTalk 1.5.

Follows the published inference (github.com/TMElyralab/MuseTalk) in shapes, order and scale; streams, where that renders files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, ClassVar, NamedTuple

import msgspec
import numpy as np
import platformdirs
from numpy.typing import NDArray

from actors.face.engine import Mouth
from actors.face.musetalk.gate import share
from actors.face.musetalk.likeness import Likeness, read_likeness
from actors.face.musetalk.listening import Listening
from actors.face.musetalk.models import WEIGHTS, default_models, find_models
from actors.face.musetalk.network import Device, Network, Precision
from actors.face.musetalk.pace import FRAME_NS, Pace
from actors.face.musetalk.queue import Queue, Waiting
from actors.face.musetalk.work import Work, warm_up
from actors.gpu import gpus
from actors.readiness import Readiness, lacks
from actors.weights import Weights
from bus.clock import now_ns
from bus.errors import Broken, Fatal, Wrong
from bus.messages.voice import Phoneme
from bus.off_loop import OffLoop

log = logging.getLogger(__name__)

LEAD_FRAMES = 5
"""From the first sound of a reply to the sight of its first mouth: which frame of the idle clip that will be. A few off costs
nothing: the camera mixes the two frames."""


class MuseTalkSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of MuseTalk."""

    pack: Annotated[str, msgspec.Meta(extra={"path": "input"})] = ""
    """Folder of a face pack, made by `avatar face prepare`; cam-out needs the same one."""
    models: Annotated[str, msgspec.Meta(extra={"path": "input"})] = ""
    """Folder of the models, on the host where it runs: musetalkV15/, sd-vae/ and whisper/; empty: models/musetalk in the
    user's data folder."""
    device: Device = "auto"
    """Where the networks run; auto: on the GPU if there is one."""
    precision: Precision = "auto"
    """Half is twice as fast on a GPU; auto: half there, full on a processor."""
    batch: Annotated[int, msgspec.Meta(ge=1, le=32)] = 8
    """Pictures drawn at once: more is faster in all, and later for each."""
    first_batch: Annotated[int, msgspec.Meta(ge=1, le=32)] = 4
    """Pictures drawn at once where speech begins: less is earlier."""
    late_ms: Annotated[int, msgspec.Meta(ge=0, le=5_000)] = 140
    """Later than this after its sound came no picture is drawn: face_wait_ms and lead_ms of av-sync, and 40."""
    most_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 30.0
    """A batch that takes longer than this is not waited for: the process is started again."""
    cache: Annotated[str, msgspec.Meta(extra={"path": "output"})] = ""
    """Folder where latents of packs are kept; empty: the user's cache folder."""

    def __post_init__(self) -> None:
        if self.first_batch > self.batch:
            raise ValueError(f"first_batch ({self.first_batch}) is larger than batch ({self.batch})")


_NO_PACK = Wrong(
    "no face pack is named", "make one: avatar face prepare CLIP_OR_PHOTO; name it as `pack` of face and cam-out"
)


def _models(settings: MuseTalkSettings) -> Path:
    return Path(settings.models) if settings.models else default_models()


class Parts(NamedTuple):
    """What is loaded."""

    network: Network
    likeness: Likeness
    pace: Pace


class MuseTalk:
    """Turns the sound of one reply into mouth crops, in batches. What would come late is left out, and counted."""

    Settings: ClassVar = MuseTalkSettings
    pullable: ClassVar[tuple[Weights, ...]] = WEIGHTS

    def __init__(self, settings: MuseTalkSettings, clock: Callable[[], int] = now_ns) -> None:
        self._settings, self._clock = settings, clock
        self._off_loop = OffLoop("musetalk")
        self._parts: Parts | None = None
        self._serial = 0
        self.left_out = 0
        """Pictures that would have come late."""
        self.begin()

    @classmethod
    def ready(cls, settings: MuseTalkSettings) -> Readiness:
        """Whether packages, models, a pack and a GPU are here. A processor only for one who asks for it: it is too slow."""
        for package in ("torch", "diffusers", "transformers"):
            if lacking := lacks(package, "musetalk"):
                return lacking
        if not settings.pack:
            return Readiness(ok=False, why=_NO_PACK.what, todo=_NO_PACK.todo)
        try:
            find_models(_models(settings))
        except Fatal as error:
            return Readiness(ok=False, why=error.what, todo=error.todo)
        if settings.device == "cpu":
            return Readiness(ok=True, why="the processor, slowly")
        if not (found := gpus()):
            todo = 'device = "cpu" draws without one, slowly'
            return Readiness(ok=False, why="no NVIDIA GPU", todo=todo, slow=settings.device == "auto")
        return Readiness(ok=True, why=found[0].name)

    async def load(self) -> None:
        """Reads models and pack, and draws some pictures to know how fast it is. Raises Wrong or Fatal."""
        self._parts = await self._off_loop.run(self._load)
        self._parts.pace.begin()

    def begin(self, first_frame: int = 0) -> None:
        """Starts a reply. A batch of the one before that is still being drawn ends after its present step."""
        self._serial += 1
        self._listening = Listening(first_frame)
        self._queue = Queue(self._settings.first_batch, self._settings.batch)
        self._sure = first_frame
        self._clip = self._clock() // FRAME_NS + LEAD_FRAMES - first_frame
        if self._parts is not None:
            self._parts.pace.begin()

    async def hear(self, pcm: NDArray[np.int16], phonemes: Sequence[Phoneme]) -> list[Mouth]:
        """The pictures of every batch that this sound completes; 80 ms behind a picture must be known."""
        self._loaded().pace.heard(self._listening.heard_frames, self._clock())
        self._listening.hear(pcm)
        self._put(self._listening.sure_frames)
        return await self._give()

    async def finish(self) -> list[Mouth]:
        """What waits, and up to three more until the mouth is at rest."""
        self._listening.finish()
        end = self._listening.heard_frames
        self._loaded().pace.heard(end, self._clock())
        self._put(end)
        while self._sure == end or share(self._listening.loud, self._sure - 1):
            self._put(self._sure + 1)
        return await self._give(end=True)

    async def close(self) -> None:
        """Frees the networks."""
        self._serial += 1
        self._parts = None
        self._off_loop.close()

    def _put(self, end: int) -> None:
        for frame in range(self._sure, end):
            self._queue.put(Waiting(frame, share(self._listening.loud, frame)))
        self._sure = max(self._sure, end)

    async def _give(self, end: bool = False) -> list[Mouth]:
        mouths: list[Mouth] = []
        serial = self._serial
        while serial == self._serial:
            first = self._queue.first_drawn
            hurry = first is not None and self._loaded().pace.is_urgent(first, self._clock())
            if not (pictures := self._queue.take(end or hurry)):
                break
            mouths += await self._draw(pictures)
        return mouths

    async def _draw(self, pictures: Sequence[Waiting]) -> list[Mouth]:
        """Draws pictures that belong together; none when the reply was begun anew meanwhile."""
        network, likeness, pace = self._loaded()
        if not pictures[0].share:
            return [likeness.rest(picture.frame, self._clip) for picture in pictures]
        kept = set(pace.choose([picture.frame for picture in pictures], self._clock()))
        self._count_left_out(len(pictures) - len(kept))
        wanted = [picture for picture in pictures if picture.frame in kept]
        serial, mouths = self._serial, list[Mouth]()
        while wanted and serial == self._serial:
            size = pace.size_for(len(wanted))
            batch, wanted = wanted[:size], wanted[size:]
            begun_ns = self._clock()
            first, sound = self._listening.context()
            work = Work(likeness, self._clip, tuple(batch), size)
            drawn = await self._off_loop.within(
                self._settings.most_s, work.done, network, first, sound, lambda: serial == self._serial
            )
            pace.took(size, self._clock() - begun_ns)
            mouths += drawn
        if serial == self._serial:
            self._listening.forget_before(pictures[-1].frame + 1)
            return mouths
        return []

    def _count_left_out(self, count: int) -> None:
        if count and not self.left_out:
            log.warning("mouths would come late and are left out", extra={"fps": round(self._loaded().pace.fps, 1)})
        self.left_out += count

    def _loaded(self) -> Parts:
        if self._parts is None:
            raise Broken("the MuseTalk renderer was used before it was loaded", "call load() first")
        return self._parts

    def _load(self) -> Parts:
        settings = self._settings
        if not settings.pack:
            raise _NO_PACK
        files = find_models(_models(settings))
        network = Network.load(files, settings.device, settings.precision)
        cache = Path(settings.cache) if settings.cache else platformdirs.user_cache_path("avatar", appauthor=False)
        likeness = read_likeness(Path(settings.pack), network, files.vae, cache / "latents")
        pace = Pace(warm_up(network, (1, settings.first_batch, settings.batch), self._clock), settings.late_ms)
        told = {"device": str(network.device), "half": network.half, "fps": round(pace.fps, 1), "sizes": pace.sizes}
        log.info("MuseTalk is ready", extra=told)
        if pace.stride > 1:
            log.warning("slower than 25 pictures a second: the mouth moves less often", extra={"one_of": pace.stride})
        return Parts(network, likeness, pace)
