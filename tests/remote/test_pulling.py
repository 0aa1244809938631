"""Pulling of models from a server that cuts off, refuses, begins anew and sends the wrong thing."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from actors.weights import WeightFile, Weights
from bus.errors import Broken, Fatal
from remote.pulling import PART, pull, token

CONTENT = bytes(range(256)) * 400
SHA = hashlib.sha256(CONTENT).hexdigest()


class Shelf(ThreadingHTTPServer):
    """Gives CONTENT for every file. `cut`: so many bytes of the next answer and no more; `ranges`: whether it can go on."""

    daemon_threads = True
    cut = 0
    ranges = True
    secret = ""
    asked: list[str]


class Answer(BaseHTTPRequestHandler):
    server: Shelf

    def do_GET(self) -> None:
        shelf = self.server
        told = self.headers.get("Range", "")
        shelf.asked.append(told)
        if shelf.secret and self.headers.get("Authorization") != f"Bearer {shelf.secret}":
            self.send_response(401)
            self.end_headers()
            return
        found = re.fullmatch(r"bytes=(\d+)-", told) if shelf.ranges else None
        body = CONTENT[int(found[1]) :] if found else CONTENT
        self.send_response(206 if found else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut, shelf.cut = shelf.cut, 0
        self.wfile.write(body[:cut] if cut else body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("AVATAR_MODELS", str(tmp_path))
    with Shelf(("127.0.0.1", 0), Answer) as shelf:
        shelf.asked = []
        thread = threading.Thread(target=shelf.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield shelf
        finally:
            shelf.shutdown()
            thread.join()


def tiny(shelf: Shelf, **more: object) -> Weights:
    weights = Weights(
        name="tiny",
        files=(WeightFile("sub/model.bin", len(CONTENT), SHA),),
        source=f"http://127.0.0.1:{shelf.server_port}/tiny/resolve/main/",
        page="https://example.org/tiny",
        licence="MIT",
    )
    return msgspec.structs.replace(weights, **more)


def quiet(_file: str, _have: int, _size: int) -> None: ...


def test_what_is_missing_is_got_with_progress_and_what_is_here_is_not_got_again(shelf: Shelf) -> None:
    told: list[tuple[str, int, int]] = []
    weights = tiny(shelf)
    pull(weights, "", lambda *progress: told.append(progress))
    assert weights.missing == ()
    assert (weights.folder / "sub" / "model.bin").read_bytes() == CONTENT
    assert told[-1] == ("sub/model.bin", len(CONTENT), len(CONTENT))
    pull(weights, "", quiet)
    assert len(shelf.asked) == 1


def test_one_that_was_cut_off_goes_on_where_it_was(shelf: Shelf) -> None:
    shelf.cut = 70_000
    weights = tiny(shelf)
    pull(weights, "", quiet)
    assert shelf.asked == ["", "bytes=70000-"]
    assert weights.missing == ()


def test_what_an_earlier_pull_has_left_is_gone_on_with(shelf: Shelf) -> None:
    weights = tiny(shelf)
    part = weights.folder / "sub" / f"model.bin{PART}"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:5])
    pull(weights, "", quiet)
    assert (shelf.asked, part.exists(), weights.missing) == (["bytes=5-"], False, ())


def test_a_server_that_cannot_go_on_begins_anew(shelf: Shelf) -> None:
    shelf.cut, shelf.ranges = 70_000, False
    weights = tiny(shelf)
    pull(weights, "", quiet)
    assert (weights.folder / "sub" / "model.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("file", [WeightFile("a", len(CONTENT) + 1), WeightFile("a", len(CONTENT), "0" * 64)])
def test_a_file_that_is_not_what_it_should_be_is_not_kept(shelf: Shelf, file: WeightFile) -> None:
    weights = tiny(shelf, files=(file,))
    with pytest.raises(Broken, match="is not what it should be"):
        pull(weights, "", quiet)
    assert list(weights.folder.iterdir()) == []


def test_a_gated_model_needs_a_token_and_says_where_to_get_in(shelf: Shelf) -> None:
    shelf.secret = "hf_me"
    weights = tiny(shelf, gated=True)
    with pytest.raises(Fatal, match="tiny is gated") as asked:
        pull(weights, "", quiet)
    assert "https://example.org/tiny" in asked.value.todo
    assert shelf.asked == []
    with pytest.raises(Fatal, match=r"tiny is not given to us \(401\)"):
        pull(weights, "hf_other", quiet)
    pull(weights, "hf_me", quiet)
    assert weights.missing == ()


def test_a_token_is_given_to_nobody_who_does_not_ask_for_it(shelf: Shelf) -> None:
    shelf.secret = "hf_me"
    with pytest.raises(Fatal, match="401"):
        pull(tiny(shelf), "hf_me", quiet)


def test_the_token_comes_from_the_environment_or_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    assert token(tmp_path) == ""
    (tmp_path / ".env").write_text('# mine\nOTHER=1\nexport HF_TOKEN="hf_file"\n')
    assert token(tmp_path) == "hf_file"
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    assert token(tmp_path) == "hf_env"
