"""Contract of face: what every engine keeps. A scene gets a maker of loaded engines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from actors.face.artist import Artist, Out
from actors.face.engine import SAMPLES_PER_FRAME, FaceRenderer, Mouth
from actors.reply_voice import Passed
from bus.emit import Emit
from bus.envelope import Header
from bus.messages import FaceHealth, FacePlace, MouthFrame, Phoneme
from bus.rehearsal import Prompter

Make = Callable[[], FaceRenderer]
Pcm = np.ndarray[tuple[int, ...], np.dtype[np.int16]]

PHONEMES = (Phoneme("h", 0), Phoneme("ɛ", 2_000), Phoneme("", 3_000), Phoneme("ʂʲ˥🙂", 4_000), Phoneme("oʊ", 9_000))


def voice(frames: float, level: int = 9_000) -> Pcm:
    """Something like a vowel, int16, 48 kHz."""
    at = np.arange(round(frames * SAMPLES_PER_FRAME)) / 48_000
    return ((np.sin(880 * at) + 0.5 * np.sin(5_000 * at)) * level).astype(np.int16)


async def speak(engine: FaceRenderer, *pieces: Pcm, first: int = 0) -> list[Mouth]:
    """A whole reply."""
    engine.begin(first)
    mouths = [mouth for piece in pieces for mouth in await engine.hear(piece, ())]
    return mouths + await engine.finish()


async def pictures_fit_and_come_in_order(engine: FaceRenderer) -> None:
    mouths = await speak(engine, voice(3), voice(4.4), voice(1))
    indices = [mouth.index for mouth in mouths]
    assert indices == sorted(set(indices))
    assert indices == list(range(len(indices))), "a machine that keeps up leaves nothing out"
    assert 9 <= len(indices) <= 9 + 5
    for mouth in mouths:
        assert mouth.crop.dtype == np.uint8
        assert mouth.crop.ndim == 3
        assert mouth.crop.shape[0] == mouth.crop.shape[1]
        assert mouth.crop.shape[2] == 3
        assert mouth.clip_frame >= -1


async def it_streams(engine: FaceRenderer) -> None:
    """Pictures come while sound is still to come, and none before its own sound."""
    engine.begin()
    given = 0
    for frame in range(20):
        mouths = await engine.hear(voice(1), ())
        assert all(mouth.index <= frame for mouth in mouths)
        given += len(mouths)
    assert given >= 8


async def the_end_is_the_mouth_at_rest(engine: FaceRenderer) -> None:
    talked = await speak(engine, voice(6))
    silent = await speak(engine, np.zeros(6 * SAMPLES_PER_FRAME, np.int16))
    # One idle clip is not one picture: as near as its frames are to each other.
    spread = max(int(np.abs(silent[0].crop.astype(int) - mouth.crop).max()) for mouth in silent)
    assert int(np.abs(talked[-1].crop.astype(int) - silent[0].crop).max()) <= spread + 60
    assert len(await speak(engine)) == 1, "no sound: one picture"


async def pieces_of_any_length_make_one_reply(engine: FaceRenderer) -> None:
    pcm = voice(7.3)
    for size in (1, 1_000, pcm.size):
        pieces = [pcm[start : start + size] for start in range(0, min(pcm.size, 200 * size), size)]
        indices = [mouth.index for mouth in await speak(engine, *pieces)]
        assert indices == list(range(len(indices)))
        assert len(indices) * SAMPLES_PER_FRAME >= sum(piece.size for piece in pieces)


async def strange_phonemes_and_clipped_sound_are_drawn(engine: FaceRenderer) -> None:
    engine.begin()
    loud = np.tile(np.array([-32_768, 32_767], np.int16), 9_600)
    mouths = [*await engine.hear(loud, PHONEMES), *await engine.finish()]
    assert len(mouths) >= 10


async def a_long_piece_is_drawn_to_its_end(engine: FaceRenderer) -> None:
    """Of 32 s, most of them silent: longer than any network looks at once."""
    pcm = np.concatenate((voice(4), np.zeros(792 * SAMPLES_PER_FRAME, np.int16), voice(4)))
    mouths = await speak(engine, pcm)
    assert [mouth.index for mouth in mouths][:800] == list(range(800))


async def a_reply_may_be_cut_anywhere(engine: FaceRenderer) -> None:
    """Cancelled after any number of steps of the loop, the next reply is whole."""
    for steps in (0, 1, 2, 5):
        engine.begin()
        call = asyncio.ensure_future(_hear(engine))
        for _ in range(steps):
            await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])
        indices = [mouth.index for mouth in await speak(engine, voice(4))]
        assert indices == list(range(len(indices)))
        assert len(indices) >= 4


async def a_successor_goes_on_in_the_middle(engine: FaceRenderer) -> None:
    indices = [mouth.index for mouth in await speak(engine, voice(3), first=50)]
    assert indices == list(range(50, 50 + len(indices)))


async def how_fast_it_is_is_told(engine: FaceRenderer) -> None:
    outlet, artist = Prompter(), Artist(engine)
    cause = Header(v=1, id=1, source="tts", epoch=1, seq=1, t0=0, t=0, host="here", turn=1, gen=1)
    emit: Out = Emit[MouthFrame | FacePlace | FaceHealth](outlet, cause)
    await artist.draw(Passed(emit, 0, voice(6).tobytes(), (), over=True))
    artist.close()
    frames = [sent.message for sent in outlet.sent if isinstance(sent.message, MouthFrame)]
    (health,) = [sent.message for sent in outlet.sent if isinstance(sent.message, FaceHealth)]
    assert all(frame.payload.startswith(b"\xff\xd8") for frame in frames)
    assert [frame.last for frame in frames] == [False] * (len(frames) - 1) + [True]
    assert (health.drawn, health.left_out) == (len(frames), 0)
    assert health.fps > 0


async def _hear(engine: FaceRenderer) -> None:
    await engine.hear(voice(9), PHONEMES)


SCENES = (
    pictures_fit_and_come_in_order,
    it_streams,
    the_end_is_the_mouth_at_rest,
    pieces_of_any_length_make_one_reply,
    strange_phonemes_and_clipped_sound_are_drawn,
    a_long_piece_is_drawn_to_its_end,
    a_reply_may_be_cut_anywhere,
    a_successor_goes_on_in_the_middle,
    how_fast_it_is_is_told,
)
