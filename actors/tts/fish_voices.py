"""Voices of a Fish server: listed, added and removed over its HTTP API.

Checked in the server's source: its answers are msgpack unless JSON is asked for; an id is also a folder's name; while it speaks
it answers nobody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from actors.readiness import is_here
from actors.secret import secret
from actors.tts.reference import Reference
from actors.tts.speech_server import SEE_LOG
from bus.errors import Broken, Gone, Wrong

if TYPE_CHECKING:
    import httpx

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_ -]{0,63}")
ANSWER_S = 30.0
LEARN_S = 120.0


class _List(msgspec.Struct):
    reference_ids: list[str]


class FishVoices:
    """One server. `key_name`: the variable that holds its key; empty: none is needed. Raises Wrong without the key."""

    def __init__(self, url: str, key_name: str = "") -> None:
        self._url, self._key_name = url.rstrip("/"), key_name
        self._headers = {"Accept": "application/json"}
        if key_name:
            self._headers["Authorization"] = f"Bearer {secret(key_name)}"

    def names(self) -> list[str]:
        """The voices that it has. Raises Gone, Broken, Wrong."""
        found = self._ask("GET", "/v1/references/list", ANSWER_S)
        try:
            if found.status_code == 200:
                return sorted(msgspec.json.decode(found.content, type=_List).reference_ids)
        except (msgspec.DecodeError, msgspec.ValidationError):
            pass
        raise Wrong(
            f"the server at {self._url} has no list of voices", "url must be a Fish Speech server's, without /v1"
        )

    def add(self, name: str, reference: Reference) -> None:
        """Teaches it a voice. Raises Wrong when it has that name already or refuses the recording."""
        checked(name)
        if name in self.names():
            raise Wrong(f"the server has a voice {name!r} already", f'remove it first: avatar voice remove "{name}"')
        found = self._ask("POST", "/v1/references/add", LEARN_S, name=name, reference=reference)
        if found.status_code == 409:
            raise Wrong(f"the server has a voice {name!r} already", f'remove it first: avatar voice remove "{name}"')
        if found.status_code >= 300:
            raise Broken(f"the server did not take the voice ({found.status_code})", "can it write to its references?")
        if name not in self.names():
            raise Broken(f"the server took the voice {name!r} but does not list it", SEE_LOG)

    def remove(self, name: str) -> None:
        """Removes a voice. Raises Wrong when it has none of that name."""
        checked(name)
        if name not in (names := self.names()):
            some = f"it has: {', '.join(names[:5])}" if names else "it has none"
            raise Wrong(f"the server has no voice {name!r}", some)
        found = self._ask("DELETE", "/v1/references/delete", ANSWER_S, name=name)
        if found.status_code >= 300:
            raise Broken(f"the server did not remove the voice ({found.status_code})", SEE_LOG)

    def _ask(
        self, method: str, path: str, limit_s: float, *, name: str = "", reference: Reference | None = None
    ) -> httpx.Response:
        import httpx

        try:
            with httpx.Client(headers=self._headers, timeout=limit_s, trust_env=not is_here(self._url)) as client:
                if reference is not None:
                    file = {"audio": ("reference.wav", reference.wav, "audio/wav")}
                    found = client.post(self._url + path, data={"id": name, "text": reference.text}, files=file)
                else:
                    body = {"json": {"reference_id": name}} if name else {}
                    found = client.request(method, self._url + path, **body)  # type: ignore[arg-type]
        except httpx.TimeoutException as error:
            raise Gone(f"the server at {self._url} does not answer", "it may be speaking: try again") from error
        except httpx.RequestError as error:
            raise Gone(f"no server answers at {self._url}", "start it, or correct the address") from error
        if found.status_code in (401, 403):
            todo = (
                f"correct {self._key_name}"
                if self._key_name
                else "name the variable that holds its key: --api-key NAME"
            )
            raise Wrong(f"the server at {self._url} refuses the key ({found.status_code})", todo)
        return found


def checked(name: str) -> None:
    """Raises Wrong for what cannot be the name of a voice there."""
    if not NAME.fullmatch(name):
        raise Wrong(
            f"{name!r} cannot be the name of a voice", "1 to 64 of the letters a-z, A-Z, 0-9, _ and -, and blanks"
        )
