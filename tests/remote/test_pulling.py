"""Pulling of models from a server that cuts off, refuses, begins anew and sends the wrong thing."""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import httpx
import msgspec
import pytest

from actors.weights import WeightFile, Weights
from bus.errors import Broken, Fatal, Wrong
from remote.pulled import RECORD, faults_of
from remote.pulling import PART, pull, token

CONTENT = bytes(range(256)) * 400
SHA = hashlib.sha256(CONTENT).hexdigest()


class Shelf(ThreadingHTTPServer):
    """Gives CONTENT for every file. `cut`: so many bytes of the next answer and no more; `ranges`: whether it can go on."""

    daemon_threads = True
    cut = 0
    ranges = True
    secret = ""
    linked: dict[str, str]
    """What the first answer, which leads elsewhere, says of the file; nothing: it gives the file itself."""
    shown: list[str]
    """Keys that were shown to it."""
    asked: list[str]


class Answer(BaseHTTPRequestHandler):
    server: Shelf

    def do_GET(self) -> None:
        shelf = self.server
        told = self.headers.get("Range", "")
        shelf.asked.append(told)
        if key := self.headers.get("Authorization"):
            shelf.shown.append(key)
        if shelf.linked and not self.path.startswith("/elsewhere"):
            self.send_response(302)
            for name, value in {**shelf.linked, "Location": f"/elsewhere{self.path}", "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()
            return
        if shelf.secret and self.headers.get("Authorization") != f"Bearer {shelf.secret}":
            self.send_response(401)
            self.end_headers()
            return
        found = re.fullmatch(r"bytes=(\d+)-", told) if shelf.ranges else None
        if found and int(found[1]) >= len(CONTENT):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(CONTENT)}")
            self.end_headers()
            return
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
        shelf.asked, shelf.shown, shelf.linked = [], [], {}
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


def test_a_token_is_shown_to_nobody_who_gives_without_it_and_to_whom_asks_for_it(shelf: Shelf) -> None:
    pull(tiny(shelf, name="free"), "hf_me", quiet)
    assert shelf.shown == []
    shelf.secret = "hf_me"
    pull(tiny(shelf, name="asked"), "hf_me", quiet)
    assert set(shelf.shown) == {"Bearer hf_me"}
    with pytest.raises(Fatal, match="401") as refused:
        pull(tiny(shelf, name="without"), "", quiet)
    assert "put HF_TOKEN=" in refused.value.todo


def test_what_the_server_says_of_a_file_is_what_it_must_be(shelf: Shelf) -> None:
    told: list[tuple[str, int, int]] = []
    shelf.linked = {"X-Linked-Size": str(len(CONTENT)), "X-Linked-Etag": f'"{SHA}"'}
    weights = tiny(shelf, files=(WeightFile("a"),))
    pull(weights, "", lambda *progress: told.append(progress))
    assert told[-1] == ("a", len(CONTENT), len(CONTENT))
    for linked in ({"X-Linked-Etag": f'"{"0" * 64}"'}, {"X-Linked-Size": "7"}):
        shelf.linked = linked
        with pytest.raises(Broken, match="is not what it should be"):
            pull(tiny(shelf, name="other", files=(WeightFile("a"),)), "", quiet)


def test_progress_knows_the_size_where_nobody_told_it_before_also_behind_a_cut(shelf: Shelf) -> None:
    told: list[tuple[str, int, int]] = []
    shelf.cut = 70_000
    pull(tiny(shelf, files=(WeightFile("a"),)), "", lambda *progress: told.append(progress))
    assert {size for _, _, size in told} == {len(CONTENT)}
    assert shelf.asked == ["", "bytes=70000-"]


def test_a_part_that_is_the_whole_is_not_got_again(shelf: Shelf) -> None:
    weights = tiny(shelf, files=(WeightFile("a"),))
    weights.folder.mkdir(parents=True)
    (weights.folder / f"a{PART}").write_bytes(CONTENT)
    pull(weights, "", quiet)
    assert (weights.folder / "a").read_bytes() == CONTENT
    (weights.folder / "a").unlink()
    (weights.folder / f"a{PART}").write_bytes(CONTENT + b"more")
    with pytest.raises(Broken, match="not as long as what is here"):
        pull(weights, "", quiet)
    pull(weights, "", quiet)
    assert weights.missing == ()


def test_a_file_that_does_not_fit_is_not_begun(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100))
    weights = tiny(shelf)
    with pytest.raises(Broken, match="GB are free"):
        pull(weights, "", quiet)
    assert not list(weights.folder.rglob("*.part"))


def test_a_server_that_leads_round_and_round_is_told(shelf: Shelf) -> None:
    transport = httpx.MockTransport(lambda asked: httpx.Response(302, headers={"Location": str(asked.url)}))
    with pytest.raises(Broken, match="was cut off"):
        pull(tiny(shelf), "", quiet, client=httpx.Client(transport=transport, follow_redirects=True))


def test_a_file_that_was_spoilt_later_is_found_and_got_again(shelf: Shelf) -> None:
    weights = tiny(shelf, files=(WeightFile("a"), WeightFile("b")))
    pull(weights, "", quiet)
    assert faults_of(weights) == []
    (weights.folder / "a").write_bytes(b"x" * len(CONTENT))
    (weights.folder / "b").unlink()
    assert faults_of(weights) == ["b is missing", "a is not what was pulled"]
    pull(weights, "", quiet)
    assert (faults_of(weights), len(shelf.asked)) == ([], 4)


def test_of_a_model_that_was_copied_here_only_what_is_missing_is_known(shelf: Shelf) -> None:
    weights = tiny(shelf, files=(WeightFile("a"), WeightFile("b")))
    weights.folder.mkdir(parents=True)
    (weights.folder / "a").write_bytes(b"mine")
    (weights.folder / RECORD).write_bytes(b"nonsense")
    assert faults_of(weights) == ["b is missing"]


def test_the_token_comes_from_the_environment_or_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    assert token(tmp_path) == ""
    (tmp_path / ".env").write_text('# mine\nOTHER=1\nexport HF_TOKEN="hf_file"\n')
    assert token(tmp_path) == "hf_file"
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    assert token(tmp_path) == "hf_env"
    monkeypatch.setenv("HF_TOKEN", "hf env")
    with pytest.raises(Wrong, match="HF_TOKEN cannot be a key"):
        token(tmp_path)
