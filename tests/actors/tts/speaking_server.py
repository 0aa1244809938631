"""Speaking server of scenes: true HTTP on this machine, with the traps of a Fish server and of OpenAI's speech API."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import numpy as np

RATE_HZ = 44_100
SECONDS = 0.5


def tone(seconds: float = SECONDS, rate_hz: int = RATE_HZ) -> bytes:
    """A tone, s16le."""
    wave = np.sin(np.arange(int(seconds * rate_hz)) * (2 * np.pi * 220 / rate_hz)) * 9_000
    pcm: bytes = wave.astype("<i2").tobytes()
    return pcm


def wav(pcm: bytes, rate_hz: int = RATE_HZ, size: int | None = None) -> bytes:
    """A WAV file, with another size in its header if wanted."""
    size = len(pcm) if size is None else size
    fmt = b"".join(
        n.to_bytes(w, "little") for n, w in ((1, 2), (1, 2), (rate_hz, 4), (rate_hz * 2, 4), (2, 2), (16, 2))
    )
    head = b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little") + fmt
    return head + b"data" + size.to_bytes(4, "little") + pcm


@dataclass
class SpeakingServer:
    """`faults`: what each next request for speech meets ("empty", "half", "short", "key", "error", "hang"); then it speaks. `asked`: what it
    was asked to say. It makes one thing at a time, and ends it when nobody listens any more, too."""

    url: str = ""
    voices: list[str] = field(default_factory=lambda: ["olena"])
    key: str = ""
    faults: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    learnt: list[bytes] = field(default_factory=list)
    """Forms with the voices that it was taught."""
    events: bool = False
    busy: threading.Lock = field(default_factory=threading.Lock)
    go_on: threading.Event = field(default_factory=threading.Event)
    hanging: threading.Event = field(default_factory=threading.Event)

    def body(self, request: dict[str, Any]) -> tuple[int, str, list[bytes]]:
        """Status, content type and pieces of what is answered."""
        self.asked.append(request)
        return self._fault() or self._sound(request)

    def _fault(self) -> tuple[int, str, list[bytes]] | None:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "hang":
            self.hanging.set()
            self.go_on.wait(20)
        if fault == "error":
            return 500, "text/plain", [b"secret"]
        if fault == "empty":
            return 200, "audio/wav", []
        if fault == "short":
            return 200, "audio/wav", [wav(tone(0.14))]
        if fault == "key":
            return 401, "text/plain", [b"secret"]
        if fault == "half":
            return 200, "audio/wav", [wav(tone(SECONDS / 2), size=len(tone()))]
        return None

    def _sound(self, request: dict[str, Any]) -> tuple[int, str, list[bytes]]:
        pcm = tone(max(SECONDS, len(request.get("text", "")) / 40))
        if request.get("streaming"):
            if request["format"] != "wav":
                return 400, "text/plain", []
            return 200, "audio/wav", [pcm[at : at + 777] for at in range(0, len(pcm), 777)]  # its header is lost
        if self.events:
            halves = [wav(pcm[:8_000]), wav(pcm[8_000:])]
            data = [json.dumps({"audio": {"data": base64.b64encode(half).decode()}}) for half in halves]
            return 200, "text/event-stream", [f"data: {line}\n\n".encode() for line in (*data, "[DONE]")]
        if request.get("response_format") == "pcm":
            return 200, "audio/pcm", [pcm[:1], pcm[1:999], pcm[999:]]
        return 200, "audio/wav", [wav(pcm)]


class Handler(BaseHTTPRequestHandler):
    """Serves one connection of the self.scene."""

    scene: SpeakingServer
    protocol_version = "HTTP/1.0"

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        with self.scene.busy:
            if self.scene.key and self.headers.get("Authorization") != f"Bearer {self.scene.key}":
                self._give(401, "text/plain", [])
            elif self.path == "/v1/references/list":
                self._tell({"success": True, "reference_ids": self.scene.voices, "message": ""})
            else:
                self._give(404, "text/plain", [])

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/references/add":
            self._learn(content)
            return
        packed = self.headers["Content-Type"] == "application/msgpack"
        request = msgspec.msgpack.decode(content) if packed else json.loads(content)
        with self.scene.busy:
            self._give(*self.scene.body(request))

    def _tell(self, told: object) -> None:
        """As a Fish server does: packed, unless JSON alone is asked for."""
        if self.headers.get("Accept", "*/*") == "application/json":
            self._give(200, "application/json", [json.dumps(told).encode()])
        else:
            self._give(200, "application/msgpack", [msgspec.msgpack.encode(told)])

    def _learn(self, form: bytes) -> None:
        found = re.search(rb'name="id"\r\n\r\n(.*?)\r\n', form)
        if not self.headers["Content-Type"].startswith("multipart/form-data") or found is None:
            self._give(400, "text/plain", [])
            return
        self.scene.learnt.append(form)
        self.scene.voices.append(found[1].decode())
        self._tell({"success": True})

    def do_DELETE(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.scene.voices.remove(request["reference_id"])
        self._tell({"success": True})

    def _give(self, status: int, kind: str, pieces: list[bytes]) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass


@contextmanager
def speaking_server() -> Iterator[SpeakingServer]:
    """One that runs."""
    scene = SpeakingServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("ItsHandler", (Handler,), {"scene": scene}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    scene.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield scene
    finally:
        scene.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
