"""Plan of a call: which actor runs where, with which engine and settings. What a TOML file says, read and checked."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

LOCAL = "local"
"""The host that is always there: the machine on which `avatar up` is typed."""

LEAST_HANG_S = 3.0
"""A hang that is shorter cannot be told from a late heartbeat."""

AUTO = "auto"
"""Instead of an engine: the best that the actor's host can run when the call starts (topology/choice.py)."""

SERVICE = "service"
"""Instead of an engine: what its host's staff calls a server that it runs."""

MARGIN_S = 15.0
"""Who starts a server says itself that it is not ready in time; this is for one that does not."""

_SSH = re.compile(
    r"(?P<destination>(?:[A-Za-z0-9._-]+@)?(?:[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:]+\]))(?::(?P<port>\d{1,5}))?"
)

SessionName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([a-z0-9][a-z0-9-]*)?$", max_length=40, description='at most 40 small letters, digits and "-"'
    ),
]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1, le=32)]


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The call as a whole."""

    name: SessionName = ""
    """Name of the session: small letters, digits and "-". Default: the plan's file name without its ending."""
    grace_s: Seconds = 60.0
    """How long the actors stay up after the last `avatar` that looked after them went away, in seconds."""
    record: str = ""
    """Folder that the call's messages are recorded into, relative to the current folder. Empty: nothing is recorded."""


class Host(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another machine, reached by the system's own `ssh`."""

    ssh: str
    """"user@host", "user@host:port", or a name from the ssh config."""
    gpu_gb: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    """Memory of its GPU in GB, such as 24: `avatar check` then warns before too much is placed there. 0: not known."""

    def __post_init__(self) -> None:
        match = _SSH.fullmatch(self.ssh)  # never starts with "-": ssh would take it for an option
        if not match or int(match["port"] or 22) not in range(1, 65_536):
            raise ValueError(
                f'"{self.ssh}" is not an ssh address: write user@host, user@host:port or a name of your ssh config'
            )

    @property
    def destination(self) -> str:
        """What ssh takes as its destination: user and host, an IPv6 address without its brackets."""
        match = _SSH.fullmatch(self.ssh)
        assert match
        return match["destination"].replace("[", "").replace("]", "")

    @property
    def port(self) -> int:
        """The port; 0: what the ssh config says, else 22."""
        match = _SSH.fullmatch(self.ssh)
        assert match
        return int(match["port"] or 0)


class BackOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What happens when a process dies: it is started again, at most `max` times in `window_s`, ever later."""

    max: Annotated[int, msgspec.Meta(ge=0)] = 5
    """Restarts within the window before it is given up and the call goes on without it."""
    window_s: Seconds = 60.0
    """Restarts older than this are forgotten, in seconds."""
    backoff_ms: Annotated[int, msgspec.Meta(ge=0)] = 100
    """Wait before the first restart in milliseconds; doubles each time."""
    backoff_max_ms: Annotated[int, msgspec.Meta(ge=0)] = 5_000
    """The longest wait in milliseconds."""

    def __post_init__(self) -> None:
        if self.backoff_ms > self.backoff_max_ms:
            raise ValueError(f"backoff_ms ({self.backoff_ms}) is above backoff_max_ms ({self.backoff_max_ms})")


class Restart(BackOff, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When an actor's process is started again, and when it is killed for that."""

    hang_s: Seconds = 10.0
    """How long it may hang (its event loop stands still, or no heartbeat comes at all) before it is killed, in seconds. A
    long model call off the loop is no hang; a library that holds Python's lock for longer needs more. 0: never."""
    ready_s: Annotated[float, msgspec.Meta(ge=1)] = 120.0
    """How long it may take to load its model and to take its devices before it is killed, in seconds."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if 0 < self.hang_s < LEAST_HANG_S:
            raise ValueError(
                f"hang_s ({self.hang_s:g}) is too short to tell: a heartbeat comes once a second. "
                f"Write {LEAST_HANG_S:g} or more, or 0"
            )


class Placement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An actor of the plan: where it runs, and how."""

    actor: str
    """Its name, from the table's title."""
    host: str = LOCAL
    """Host that it runs on."""
    engine: str = ""
    """Which engine does the work. Default: the actor's first one. "auto": the best that its host can run now; then the
    settings of each engine stand in a table of their own, such as [actors.asr.settings.whisper]. On another host the packages of
    all that it may choose are installed before it chooses, gigabytes of them for some: name the engine to have only its own."""
    settings: dict[str, object] = {}
    """Settings of the actor and its engine; paths of input files are absolute here."""
    replicas: Count = 1
    """How many processes share the work."""
    restart: Restart = Restart()
    """When it is started again."""
    python: str = ""
    """Python that its process runs with, a path of its host; avatar must be importable there. So engines whose packages
    conflict have environments of their own. Default: the one that avatar runs with."""
    stamps: dict[str, str] = {}
    """What the input files of its settings hold, by setting (topology/stamp.py). Filled by the reading, not by people."""
    picked: str = ""
    """Why "auto" chose this engine; empty when the plan names it. Filled by the choice, not by people."""


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A server that an engine talks to, started and looked after like an actor. The actors of its host wait for it."""

    command: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """The program and its arguments; no shell reads them. It must stay in the foreground."""
    folder: str = ""
    """Folder that it runs in, a path of its host. Default: the one that the call was started in."""
    host: str = LOCAL
    """Host that it runs on."""
    health: Annotated[str, msgspec.Meta(pattern=r"^(https?://.+)?$", description="an http address")] = ""
    """URL that answers 200 when the server is ready, as seen from its host. Empty: ready when it runs."""
    ready_s: Annotated[float, msgspec.Meta(ge=1)] = 120.0
    """How long it may take to become ready, in seconds."""
    env: dict[str, str] = {}
    """Environment variables beside those of the host. Tokens do not belong here: plans are shared."""
    restart: BackOff = BackOff()
    """When it is started again."""

    def seat(self, name: str) -> Placement:
        """What its host's staff must know to run it, beside the actors (remote/serving/)."""
        settings: dict[str, object] = {
            "command": list(self.command),
            "folder": self.folder,
            "health": self.health,
            "env": self.env,
        }
        rules = {key: getattr(self.restart, key) for key in BackOff.__struct_fields__}
        restart = Restart(**rules, ready_s=self.ready_s + MARGIN_S)
        settings["ready_s"] = self.ready_s
        return Placement(actor=name, host=self.host, engine=SERVICE, settings=settings, restart=restart)


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole plan, without faults. `file` is the absolute path that it was read from."""

    file: str
    session: Session
    actors: dict[str, Placement]
    hosts: dict[str, Host] = {}
    services: dict[str, Service] = {}

    def on(self, host: str) -> tuple[Placement, ...]:
        """The actors of one host, in the plan's order."""
        return tuple(p for p in self.actors.values() if p.host == host)

    def seats_on(self, host: str) -> tuple[Placement, ...]:
        """Everything that a host's staff runs: its services, which come first, and its actors."""
        served = (s.seat(name) for name, s in self.services.items() if s.host == host)
        return (*served, *self.on(host))

    def seen_from(self, host: str) -> Plan:
        """The same with nothing but what is on one host."""
        actors = {name: p for name, p in self.actors.items() if p.host == host}
        services = {name: s for name, s in self.services.items() if s.host == host}
        return msgspec.structs.replace(self, actors=actors, services=services)

    @property
    def used_hosts(self) -> tuple[str, ...]:
        """Hosts that something runs on; "local" comes first and is always among them."""
        placed = {p.host for p in self.actors.values()} | {s.host for s in self.services.values()}
        return (LOCAL, *(h for h in self.hosts if h in placed))


def is_name(text: str) -> bool:
    """Whether a text can name a host, a session or a service: small letters, digits and "-"."""
    return bool(text) and text[0] != "-" and all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in text)
