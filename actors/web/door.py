"""Door: who may come in to the page. Only a browser of this machine that knows the token, coming from the page itself."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

KEEP_TOKENS = 4


class Door:
    """Checks of one port; each closes another way in.

    The host must be our own name (another name that points to 127.0.0.1 is a rebinding attack), the origin of a
    WebSocket must be our own page (any web page can open a WebSocket to 127.0.0.1), and the token must be known (any
    program of any user of this machine can connect).
    """

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.token = token
        self.hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self.cookie = f"avatar_{port}"
        """Cookies ignore ports: its name keeps the pages of two calls apart."""
        self._tokens = [token]

    @property
    def url(self) -> str:
        """Address for people, token included."""
        return f"http://{self.hosts[0]}/?token={self.token}"

    def trust(self, url: str) -> bool:
        """Takes over the token of an address from before a restart. False: it has none, or it is known already."""
        token = parse_qs(urlsplit(url).query).get("token", [""])[0]
        if not token or self.knows(token):
            return False
        self.token = token
        self._tokens = [token, *self._tokens][:KEEP_TOKENS]
        return True

    def knows(self, token: str) -> bool:
        """Whether it is one of our tokens; takes the same time for any wrong one."""
        given = token.encode()
        return any(secrets.compare_digest(given, known.encode()) for known in self._tokens)

    def host_is_ours(self, host: str) -> bool:
        """Whether the Host header names this machine itself."""
        return host.lower() in self.hosts

    def origin_is_ours(self, origin: str, host: str) -> bool:
        """Whether a WebSocket comes from the page of this very host and port."""
        return self.host_is_ours(host) and origin.lower() == f"http://{host.lower()}"

    def token_from(self, query: str, cookies: str) -> str:
        """The token of a request, from its address or else from its cookie; empty when it has none."""
        if given := parse_qs(query).get("token"):
            return given[0]
        try:
            found = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return ""
        return found.value if found else ""
