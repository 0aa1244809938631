"""Scenes of posts that are kept until it is known that they came."""

from __future__ import annotations

from bus.clock import SECOND
from bus.posts import MOST, SETTLED_NS, Posts


def test_what_may_not_have_come_is_said_again_in_order_once_for_each_connection() -> None:
    posts = Posts()
    posts.add([b"pause"], SECOND)
    posts.lost()
    posts.add([b"resume"], 0)
    assert posts.again(2 * SECOND) == [[b"pause"], [b"resume"]]
    assert posts.again(3 * SECOND) == []


def test_what_came_is_kept_a_little_longer_and_then_no_more() -> None:
    posts = Posts()
    posts.add([b"pause"], SECOND)
    posts.add([b"resume"], 2 * SECOND)
    posts.came(SECOND + SETTLED_NS + 1)
    posts.lost()
    assert posts.again(9 * SECOND) == [[b"resume"]]


def test_what_was_never_said_has_not_come() -> None:
    posts = Posts()
    posts.add([b"pause"], 0)
    posts.came(60 * SECOND)
    assert posts.again(61 * SECOND) == [[b"pause"]]


def test_of_too_many_the_oldest_is_given_up() -> None:
    posts = Posts()
    given_up = [posts.add([b"%d" % number], 0) for number in range(MOST + 1)]
    assert given_up == [*[None] * MOST, [b"0"]]
