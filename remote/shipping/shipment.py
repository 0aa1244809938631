"""Shipment to another host: one visit that brings what is missing there, and tells what is there then."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import msgspec

from bus.errors import AvatarError, Broken
from bus.parcel import Road
from remote.shipping.cargo import Tree, code_root, code_tree, environment_digest, input_tree
from remote.shipping.digests import Digests, digests_file
from remote.shipping.fault import shipping_fault
from remote.shipping.landing import Landing, inputs_of
from remote.shipping.memory import Landed, Landings, landings_file
from remote.ssh.facts import USUAL_PATHS
from remote.ssh.line import shell
from remote.ssh.visit import Visit
from topology.extras import extras_of
from topology.plan import Host, Plan

MARK = "avatar: receiving"
MIB = 1 << 20
PACKED_BYTES = MIB
"""A larger file goes as it is: models and sounds hardly get smaller."""
WAIT_S = 30.0
"""Longer than the receiver is ever silent."""

BOOT = 'import sys; i = sys.stdin.buffer; exec(compile(i.read(int(i.readline())), "receiver", "exec"))'
SCRIPT = rf"""
echo '{MARK}'
{USUAL_PATHS}
for python in python3 python3.13 python3.12 python3.11 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
        exec "$python" -u -c '{BOOT}'
    fi
done
if uv --version >/dev/null 2>&1; then exec uv run --no-project --python ">=3.11" python -u -c '{BOOT}'; fi
echo '{{"failed": "python"}}'
"""

Say = Callable[[str], None]


class Order(msgspec.Struct, frozen=True):
    """What must be there: trees (hash -> name), which of them is the code, and the environment with its extras."""

    trees: dict[str, str]
    code: str
    env: str
    extras: tuple[str, ...]


class Word(msgspec.Struct, frozen=True):
    """A line of the receiver: one of these is set."""

    say: str = ""
    trees: list[str] | None = None
    """Trees that it lacks."""
    blobs: dict[str, int] | None = None
    """Contents that it lacks, and how much of each it has already."""
    landed: Landed | None = None
    failed: str = ""
    """The step that failed, with its `log`, in `folder`."""
    log: str = ""
    folder: str = ""


def ship(host: Host, name: str, plan: Plan, say: Say) -> Landing:
    """Brings to a host what the plan's actors there need, and tells each step in plain words.

    Nothing is sent twice: when all is there it takes as long as the login. Keys and tokens of this machine stay here.
    Raises Wrong, Fatal or Broken.
    """
    say("looking at what it needs")
    goods = Consignment(plan, name)
    say(f"logging in at {host.ssh}")
    with Visit(host, shell(SCRIPT), wait_s=WAIT_S) as visit:
        landed = Shipment(host, visit, goods.trees, say).deliver(goods.order)
    Landings(landings_file()).keep(_where(host, plan), goods.digest, landed)
    say("everything is there")
    return goods.landing(landed)


def recall(host: Host, name: str, plan: Plan) -> Landing | None:
    """What the last call of this name was found to have there, when it needed the very same. Nobody has looked since."""
    goods = Consignment(plan, name)
    landed = Landings(landings_file()).recall(_where(host, plan), goods.digest)
    return goods.landing(landed) if landed else None


def forget(host: Host, plan: Plan) -> None:
    """What `recall` gave was of no use."""
    Landings(landings_file()).forget(_where(host, plan))


def _where(host: Host, plan: Plan) -> str:
    """Calls of two names may run at once: they have ports of their own."""
    return f"{plan.session.name or plan.file} {host.ssh}"


class Consignment:
    """All that a plan's actors need on a host. Raises Wrong for files that cannot be read."""

    def __init__(self, plan: Plan, name: str) -> None:
        digests = Digests(digests_file())
        placements = plan.on(name)
        code = code_tree(code_root(), digests)
        self._inputs = {str(path): input_tree(path, digests) for p in placements for path in inputs_of(p).values()}
        digests.keep()
        self.trees = {tree.digest: tree for tree in (code, *self._inputs.values())}
        extras = extras_of(placements)
        names = {digest: tree.name for digest, tree in self.trees.items()}
        self.order = Order(names, code.digest, environment_digest(code, extras), extras)

    @property
    def digest(self) -> str:
        """The hash of the order."""
        return hashlib.sha256(msgspec.json.encode(self.order, order="deterministic")).hexdigest()

    def landing(self, landed: Landed) -> Landing:
        """Where each file of this machine is over there."""
        places = {path: landed.trees[tree.digest] for path, tree in self._inputs.items()}
        ports: dict[Road, int] = {"swift": landed.ports[0], "bulky": landed.ports[1]}
        return Landing(landed.python, landed.folder, places, ports, self.order.extras)


class Shipment:
    """The talk with a receiver."""

    def __init__(self, host: Host, visit: Visit, trees: dict[str, Tree], say: Say) -> None:
        self._host = host
        self._visit = visit
        self._trees = trees
        self._say = say

    def deliver(self, order: Order) -> Landed:
        """Sends the receiver, the order, and whatever it asks for."""
        self._visit.until(MARK)
        code = (files("remote.shipping") / "receiver.py").read_bytes()
        self._write(b"%d\n%s" % (len(code), code) + _line(order))
        while True:
            match self._hear():
                case Word(landed=Landed() as landed):
                    return landed
                case Word(trees=[_, *_] as trees):
                    self._write(_line({digest: self._trees[digest].rows for digest in trees}))
                    self._send(self._hear().blobs or {})
                case _:
                    pass

    def _hear(self) -> Word:
        """The next word that is more than a sign of life. Raises what it tells to have failed."""
        while True:
            line = self._visit.line()
            try:
                word = msgspec.json.decode(line, type=Word)
            except msgspec.DecodeError:
                raise Broken(
                    f"{self._host.ssh} says something else than expected: {line[:80]!r}", "try again"
                ) from None
            if word.failed:
                raise shipping_fault(word.failed, word.log, word.folder, self._host)
            if word.say:
                self._say(word.say)
            elif word.trees is not None or word.blobs is not None or word.landed is not None:
                return word

    def _send(self, blobs: dict[str, int]) -> None:
        places = {blob: path for tree in self._trees.values() for blob, path in tree.files.values()}
        sizes = {blob: places[blob].stat().st_size for blob in blobs}
        whole, sent = sum(sizes.values()), sum(min(had, sizes[blob]) for blob, had in blobs.items())
        if sent:
            self._say(f"going on where it was broken off: {sent / MIB:.1f} of {whole / MIB:.1f} MiB are there")
        for blob, had in blobs.items():
            self._send_blob(places[blob], sizes[blob], min(had, sizes[blob]))
            sent += sizes[blob] - min(had, sizes[blob])
            if sizes[blob] > PACKED_BYTES or sent == whole:
                self._say(f"sent {sent / MIB:.1f} of {whole / MIB:.1f} MiB")

    def _send_blob(self, path: Path, size: int, had: int) -> None:
        with path.open("rb") as file:
            file.seek(had)
            if size - had <= PACKED_BYTES:
                packed = zlib.compress(file.read(size - had))
                self._write(_line({"bytes": len(packed), "packed": True}) + packed)
                return
            self._write(_line({"bytes": size - had, "packed": False}))
            done = had
            while done < size:
                piece = file.read(min(MIB, size - done))
                if not piece:
                    raise Broken(f"{path} became shorter while it was sent", "try again when nobody writes it")
                self._write(piece)
                done += len(piece)
                if done // (16 * MIB) != (done - len(piece)) // (16 * MIB):
                    self._say(f"sending {path.name}: {done // MIB} of {size // MIB} MiB")

    def _write(self, data: bytes) -> None:
        """What it says of itself tells more than that the connection has ended."""
        try:
            self._visit.write(data)
        except AvatarError as error:
            try:
                while True:
                    self._hear()
            except AvatarError as told:
                raise told from error


def _line(content: object) -> bytes:
    return msgspec.json.encode(content) + b"\n"
