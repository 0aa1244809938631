"""Scenes of the stream log and messages that kill those who take them."""

from __future__ import annotations

import logging

import pytest

from bus.group import CREDIT_ITEMS
from bus.log import MAX_DEATHS, TEST_NS, StreamLog
from bus.tally import Tally
from tests.bus.test_log import drops, item, sent


@pytest.fixture
def log() -> StreamLog:
    return StreamLog(Tally(logging.getLogger("test")))


def test_poison_is_dropped_after_three_deaths_and_only_the_guilty_message(log: StreamLog) -> None:
    """Message 2 kills. 1 and 3 were in flight with it twice; the third time each is tried alone."""
    log.reserve("tts", ["llm.token"])
    for n in (1, 2, 3):
        log.append(item(n))
    handled = []
    for life in range(1, 10):
        member = f"tts#{life}"
        log.join("tts", member, ["llm.token"])
        died = False
        while not died and (batch := sent(log)):
            for _, number in batch:
                if number == 2:
                    died = True
                    break
                if life > 2:
                    handled.append(number)
                    log.done("tts", member, number)
        if not died:
            break
        log.leave("tts", member, died=True)
    assert life == MAX_DEATHS + 1
    assert handled == [1, 3]
    assert drops(log, "poison") == 1
    assert list(log.settled()) == [(b"p", 3)]
    assert log.groups["tts"].deaths == {}


def test_a_suspect_whose_process_lives_on_lets_the_others_follow(log: StreamLog) -> None:
    """An actor may need the next messages before it can acknowledge this one."""
    log.reserve("tts", ["llm.token"])
    for n in (1, 2):
        log.append(item(n))
    for life in range(MAX_DEATHS - 1):
        log.join("tts", f"tts#{life}", ["llm.token"])
        sent(log)
        log.leave("tts", f"tts#{life}", died=True)
    log.join("tts", "tts#9", ["llm.token"])
    assert sent(log) == [("tts#9", 1)]
    assert log.is_patient
    log.retry(TEST_NS - 1)
    assert sent(log) == []
    log.retry(TEST_NS)
    assert log.groups["tts"].deaths == {2: 2}
    log.done("tts", "tts#9", 1)
    assert sent(log) == [("tts#9", 2)]


def test_an_utterance_of_a_hundred_suspects_is_soon_with_a_process_that_holds_them_all(log: StreamLog) -> None:
    """Nothing of it is acknowledged before the last chunk has come: tested one by one it would take 20 s."""
    log.reserve("tts", ["llm.token"])
    for n in range(1, 101):
        log.append(item(n))
    for life in (1, 2):
        log.join("tts", f"tts#{life}", ["llm.token"])
        assert len(sent(log)) == 100
        log.leave("tts", f"tts#{life}", died=True)
    log.join("tts", "tts#3", ["llm.token"])
    got: list[int] = []
    rounds, now_ns = 0, 0
    while len(got) < 100:
        batch = [found.id for _, found in log.outgoing(now_ns)]
        assert batch, "it waits for nothing but time"
        got += batch
        rounds, now_ns = rounds + 1, now_ns + TEST_NS
        log.retry(now_ns)
    assert got == list(range(1, 101))
    assert rounds <= 7


def test_the_guilty_one_of_many_suspects_is_found_at_the_price_of_one_more_death(log: StreamLog) -> None:
    log.reserve("tts", ["llm.token"])
    for n in range(1, 31):
        log.append(item(n))
    now_ns = 0
    got: list[int] = []
    for life in range(1, 10):
        log.join("tts", f"tts#{life}", ["llm.token"])
        died, got = False, []
        for _ in range(60):
            batch = [found.id for _, found in log.outgoing(now_ns)]
            died = 20 in batch
            if died:
                break
            got += batch
            now_ns += TEST_NS
            log.retry(now_ns)
        if not died:
            break
        log.leave("tts", f"tts#{life}", died=True)
    assert life == MAX_DEATHS + 2
    assert got == [n for n in range(1, 31) if n != 20]
    assert drops(log, "poison") == 1


def test_poison_in_a_burst_is_found_while_all_credit_is_spent_and_nothing_else_is_lost(log: StreamLog) -> None:
    """The process handles each as it comes, and dies of one in the middle, again and again."""
    burst, guilty = CREDIT_ITEMS + 500, CREDIT_ITEMS // 2
    log.reserve("tts", ["llm.token"])
    for n in range(1, burst + 1):
        log.append(item(n))
    handled: list[int] = []
    now_ns = 0
    for life in range(1, 10):
        member = f"tts#{life}"
        log.join("tts", member, ["llm.token"])
        while guilty not in (batch := [found.id for _, found in log.outgoing(now_ns)]) and batch:
            for number in batch:
                log.done("tts", member, number)
            handled += batch
            now_ns += TEST_NS
            log.retry(now_ns)
        if not batch:
            break
        for number in batch[: batch.index(guilty)]:
            log.done("tts", member, number)
            handled.append(number)
        log.leave("tts", member, died=True)
    assert life <= MAX_DEATHS + 2
    assert handled == [n for n in range(1, burst + 1) if n != guilty]
    assert drops(log, "poison") == 1
    assert list(log.settled()) == [(b"p", burst)]
    assert log.groups["tts"].deaths == {}
