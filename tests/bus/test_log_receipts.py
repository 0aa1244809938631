"""Scenes of the stream log and receipts that name what was handled."""

from __future__ import annotations

import logging

from bus.log import StreamLog
from bus.tally import Tally
from tests.bus.test_log import item, sent


def test_who_says_what_it_has_handled_is_taken_for_no_more() -> None:
    """It had message 3 from the hub before this one, which hands them out in another order."""
    log = StreamLog(Tally(logging.getLogger("test")))
    log.join("tts", "t", ["llm.token"])
    for n in (1, 2, 3):
        log.append(item(n))
    sent(log)
    assert log.finish("tts", "t", [3])
    assert not log.finish("tts", "t", [3, 9])
    assert list(log.settled()) == []
    log.leave("tts", "t")
    log.join("tts", "u", ["llm.token"])
    assert sent(log) == [("u", 1), ("u", 2)]
