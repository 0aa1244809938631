"""Pulse of a server: what its health address answers."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

ASK_S = 2.0
"""How long one answer may take. A server that loads its model often answers nothing at all."""
OK = 200


def ask_health(url: str) -> str:
    """Asks once: empty when it answers 200, else why it is not healthy. Proxies of the environment are not asked."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = kind(parts.hostname or "", parts.port, timeout=ASK_S)
        try:
            connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
            status = connection.getresponse().status
        finally:
            connection.close()
    except TimeoutError:
        return f"{url} gives no answer"
    except (OSError, http.client.HTTPException, ValueError) as error:
        what = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return f"{url}: {what}"
    return "" if status == OK else f"{url} answers {status}"
