"""Scenes of the envelope: ids that come out the same again."""

from __future__ import annotations

from bus.envelope import NO_CAUSE, derived_id, root_id


def test_the_same_input_handled_again_gives_the_same_ids() -> None:
    assert derived_id(5, "tts.audio", 3) == derived_id(5, "tts.audio", 3)


def test_different_outputs_have_different_ids() -> None:
    ids = {derived_id(p, t, i) for p in range(20) for t in ("tts.audio", "tts.done") for i in range(20)}
    ids |= {root_id(s, e, "a.b", n) for s in ("x", "y") for e in range(10) for n in range(20)}
    assert len(ids) == 20 * 2 * 20 + 2 * 10 * 20
    assert all(0 < number < 1 << 64 for number in ids)


def test_no_cause_is_no_parent() -> None:
    assert (NO_CAUSE.id, NO_CAUSE.trace) == (0, ())
