"""Reply: pieces of any size in, slices of 20 ms out."""

from __future__ import annotations

from actors.av_sync.reply import LOST_NS, MOST_FRAMES, Reply
from bus.messages import MouthFrame


def sound(first: int, samples: int) -> bytes:
    return b"".join((i % 30_000).to_bytes(2, "little") for i in range(first, first + samples))


def drained(reply: Reply) -> list[tuple[int, bytes, bool]]:
    slices = []
    while reply.slice_ready:
        slices.append(reply.take_slice())
    return slices


def test_a_piece_that_came_before_is_taken_once() -> None:
    reply = Reply(1, 1)
    reply.add_sound(0, sound(0, 1000), 0)
    reply.add_sound(500, sound(500, 1000), 0)
    reply.add_sound(0, sound(0, 700), 0)
    reply.finish(1500, 0)
    slices = drained(reply)
    assert b"".join(pcm for _, pcm, _ in slices) == sound(0, 1500)
    assert [last for *_, last in slices] == [False, True]


def test_a_hole_stays_one_and_what_is_behind_it_is_due_at_once() -> None:
    reply = Reply(1, 1)
    reply.add_sound(0, sound(1, 1_000), 0)
    reply.add_sound(48_000, sound(1, 960), 0)
    reply.finish(48_960, 0)
    assert reply.take_slice() == (0, sound(1, 960), False)
    assert reply.take_slice() == (960, sound(961, 40), False)
    assert (reply.begin, reply.cursor) == (48_000, 48_000)
    assert drained(reply) == [(48_000, sound(1, 960), True)]


def test_where_nothing_comes_nothing_begins() -> None:
    reply = Reply(1, 1)
    reply.add_sound(4_000, b"", 0)
    reply.add_sound(9_000, sound(0, 960), 0)
    assert (reply.begin, reply.cursor) == (9_000, 9_000)


def test_half_a_slice_waits_for_its_rest() -> None:
    reply = Reply(1, 1)
    reply.add_sound(0, sound(0, 500), 0)
    assert not reply.slice_ready
    reply.finish(500, 0)
    assert drained(reply) == [(0, sound(0, 500), True)]


def test_sound_that_never_comes_is_given_up_after_two_seconds() -> None:
    reply = Reply(1, 1)
    reply.add_sound(0, sound(0, 960), 5)
    reply.finish(96_000, 7)
    drained(reply)
    reply.give_up_lost(6 + LOST_NS)
    assert not reply.closed
    assert not reply.slice_ready
    reply.give_up_lost(7 + LOST_NS)
    assert drained(reply) == [(960, b"", True)]


def test_mouths_come_out_by_index_and_are_bounded() -> None:
    reply = Reply(1, 1)
    for index in (5, 3, 4):
        assert reply.add_frame(MouthFrame(index=index))
    assert reply.next_frame == 3 * 1920
    assert [reply.take_frame().index for _ in range(3)] == [3, 4, 5]
    assert reply.add_frame(MouthFrame(index=4)) and reply.next_frame is None, "it was sent before"
    assert all(reply.add_frame(MouthFrame(index=6 + i)) for i in range(MOST_FRAMES))
    assert not reply.add_frame(MouthFrame(index=6 + MOST_FRAMES))
    assert reply.drop() == MOST_FRAMES
