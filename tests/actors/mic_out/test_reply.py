"""Reply: slices in any order, samples in one."""

from __future__ import annotations

import numpy as np

from actors.mic_out.reply import Reply


def reply() -> Reply:
    return Reply(turn=1, gen=1, position=0, at_ns=0)


def test_slices_that_overlap_are_taken_once() -> None:
    sound = np.arange(100, dtype=np.int16)
    one = reply()
    one.add(30, sound[30:], 0, last=True)
    one.add(0, sound[:50], 0, last=False)
    assert (one.take(1000) == sound).all()
    assert one.complete


def test_a_hole_holds_until_it_is_filled_or_jumped() -> None:
    sound = np.arange(100, dtype=np.int16)
    one = reply()
    one.add(0, sound[:10], 0, last=False)
    one.add(20, sound[20:], 0, last=True)
    assert one.take(100).size == 10
    assert one.take(100).size == 0
    one.jump_hole()
    assert (one.take(100) == sound[20:]).all()


def test_a_reply_joined_in_its_middle_begins_there() -> None:
    one = Reply(turn=1, gen=1, position=960, at_ns=5)
    one.add(960, np.ones(960, np.int16), 5, last=True)
    assert one.take(2000).size == 960
    assert one.complete
