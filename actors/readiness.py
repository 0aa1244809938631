"""Readiness of an engine: whether this host can run it now, found out without loading anything."""

from __future__ import annotations

import importlib.util
import ipaddress
import socket
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

PROBE_S = 0.5
"""How long a server may take to answer at all. One on this machine takes a millisecond, one that speaks just now is busy."""


class Readiness(msgspec.Struct, frozen=True):
    """Whether an engine can run here now. `why`: what it would use, or what it lacks; `todo`: how to get that."""

    ok: bool
    why: str = ""
    todo: str = ""
    slow: bool = False
    """Not `ok`, though it runs: nobody would choose it, but somebody may name it."""


NOTHING_NEEDED = Readiness(ok=True, why="needs nothing")


class Choosable(Protocol):
    """An engine that can say of itself whether this host can run it. One without `ready` always can."""

    @classmethod
    def ready(cls, settings: Any) -> Readiness:
        """Looks at packages, files, devices, servers and free GPU memory, in half a second. Imports nothing heavy, loads
        nothing, raises nothing."""
        ...


def readiness_of(engine: type[Any], settings: msgspec.Struct) -> Readiness:
    """What an engine says of itself with these settings of its own."""
    ready: Callable[[msgspec.Struct], Readiness] | None = getattr(engine, "ready", None)
    return ready(settings) if ready else NOTHING_NEEDED


def lacks(package: str, extra: str) -> Readiness | None:
    """What to say when a package of an extra is not installed; None when it is. Does not import it."""
    if importlib.util.find_spec(package) is not None:
        return None
    return Readiness(ok=False, why=f"{package} is not installed", todo=f"install it: uv sync --extra {extra}")


def reach(url: str, *, timeout_s: float = PROBE_S) -> Readiness:
    """Whether a server takes connections at an http address. What it would answer is not waited for: it may be speaking."""
    proxy = "" if is_here(url) else _proxy_to(url)
    host, port = address_of(proxy or url)
    where = f"{host}:{port}"
    try:
        socket.create_connection((host, port), timeout=timeout_s).close()
    except OSError:
        if proxy:
            return Readiness(
                ok=False, why=f"no proxy at {where}", todo="correct HTTP_PROXY, or name the server in NO_PROXY"
            )
        return Readiness(ok=False, why=f"no server at {where}", todo="start it, or add it as [services.NAME]")
    return Readiness(ok=True, why=f"the proxy at {where}" if proxy else f"the server at {where}")


def _proxy_to(url: str) -> str:
    """The proxy that stands between, as the environment (or Windows) names it; empty: none."""
    from urllib.request import getproxies, proxy_bypass  # slow to import, and rarely needed

    proxies, parts = getproxies(), urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return ""
    return proxies.get(parts.scheme) or proxies.get("all") or ""


def address_of(url: str) -> tuple[str, int]:
    """Host and port of an http address; an empty host when it is none."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:  # it is no number
        return "", 0
    return parts.hostname or "", port


def is_here(url: str) -> bool:
    """Whether an address is on this machine: no proxy may come between."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
