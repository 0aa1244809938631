"""Minutes of a call: who said what, and how long everything took, as files beside the recording."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from bus.clock import MS, now_ns
from bus.errors import Wrong
from bus.link import Delivery
from bus.messages import CameraHealth, Caption, Pause, Played, Skew, UserSaid
from bus.messages.stage import TurnTimeline

DRAFT = ".latency.draft"


class Spoken(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of transcript.jsonl. `at_s`: end of the user's speech, or of what was heard, since the call was up."""

    turn: int
    role: str
    text: str
    at_s: float
    interrupted: bool = False


class Quantiles(msgspec.Struct, frozen=True):
    """Median, 95th percentile and worst of some figures."""

    count: int
    p50: float
    p95: float
    worst: float


class Latency(msgspec.Struct, frozen=True, omit_defaults=True):
    """latency.json. All figures in milliseconds but `fps`."""

    turns: tuple[TurnTimeline, ...]
    """Each answered turn, from the end of the user's speech to the first sound."""
    total: Quantiles | None
    overhead: Quantiles | None
    """What is neither an engine's own time nor the plan's end-of-turn wait."""
    barge_in: tuple[float, ...]
    """From the onset of the user's speech, as vad found it, to silence."""
    skew: Quantiles | None
    """Worst skew of each second of speech; positive: the picture is late."""
    skew_median: float | None
    camera_fps: float | None
    camera_worst_gap: float | None


class Taken(msgspec.Struct):
    """What was noted so far of the figures. Kept in a file after each turn, so that another `avatar up` can go on."""

    begun_ns: int
    timelines: list[TurnTimeline] = []
    barge_ins: list[float] = []
    skews: list[Skew] = []
    cameras: list[CameraHealth] = []


class Minutes:
    """Takes the minutes of one call; `close` writes them."""

    def __init__(self, folder: Path, *, again: bool = False) -> None:
        """Raises Wrong when the folder cannot be written. `again`: another one has begun, and they go on."""
        self.folder = folder
        self._again = again
        self._draft = folder / DRAFT
        self.trouble = ""
        """Why something of them is missing; a full disk is no reason to end a call."""
        self._taken = (self._left() if again else None) or Taken(now_ns())
        self._onset_ns = 0
        self._said: dict[int, Spoken] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / "transcript.jsonl").open("a" if again else "w", encoding="utf-8")
        except OSError as error:
            raise Wrong(
                f"{folder} cannot be written: {error.strerror}", "choose another folder, or free this one"
            ) from None

    def starting(self, ready: int, actors: int) -> None:
        pass

    def linking(self, host: str, words: str) -> None:
        pass

    def running(self, seconds: float) -> None:
        if not self._again:
            self._taken.begun_ns = now_ns()

    def ending(self) -> None:
        pass

    def message(self, delivery: Delivery) -> None:
        """Notes one message down."""
        turn = delivery.header.turn
        match delivery.message:
            case UserSaid(text=text, ended_ns=ended_ns):
                self._said[turn] = Spoken(turn, "user", text, self._seconds(ended_ns))
            case Caption(done=True) as caption if caption.text or turn in self._said:
                self._write(turn, caption)
            case TurnTimeline() as times:
                self._taken.timelines.append(times)
                self._keep()
            case Pause(onset_ns=onset_ns):
                self._onset_ns = onset_ns
            case Played(event="paused", at_ns=at_ns) if self._onset_ns:
                self._taken.barge_ins.append(round((at_ns - self._onset_ns) / MS, 1))
                self._onset_ns = 0
            case Skew() as skew:
                self._taken.skews.append(skew)
            case CameraHealth() as health:
                self._taken.cameras.append(health)
            case _:
                pass

    def close(self) -> None:
        """Writes latency.json."""
        with self._on_the_disk("transcript.jsonl"):
            self._write_said(max(self._said, default=0))
        with self._on_the_disk("transcript.jsonl"):
            self._file.close()
        taken = self._taken
        skews = [abs(s.worst_ms) for s in taken.skews]
        report = Latency(
            turns=tuple(taken.timelines),
            total=_quantiles([t.total_ms for t in taken.timelines]),
            overhead=_quantiles([t.overhead_ms for t in taken.timelines]),
            barge_in=tuple(taken.barge_ins),
            skew=_quantiles(skews),
            skew_median=round(statistics.median(s.median_ms for s in taken.skews), 2) if taken.skews else None,
            camera_fps=round(statistics.median(c.fps for c in taken.cameras), 2) if taken.cameras else None,
            camera_worst_gap=max((c.worst_gap_ms for c in taken.cameras), default=None),
        )
        with self._on_the_disk("latency.json"):
            (self.folder / "latency.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
            self._draft.unlink(missing_ok=True)

    @contextmanager
    def _on_the_disk(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.trouble = f"{self.folder / name} is not whole: {error.strerror}"

    def _keep(self) -> None:
        with suppress(OSError):
            self._draft.write_bytes(msgspec.msgpack.encode(self._taken))

    def _left(self) -> Taken | None:
        try:
            return msgspec.msgpack.decode(self._draft.read_bytes(), type=Taken)
        except (OSError, msgspec.DecodeError):
            return None

    def _write(self, turn: int, caption: Caption) -> None:
        heard = Spoken(turn, "assistant", caption.text, self._seconds(now_ns()), caption.interrupted)
        with self._on_the_disk("transcript.jsonl"):
            self._write_said(turn)
            self._file.write(msgspec.json.encode(heard).decode() + "\n")
            self._file.flush()

    def _write_said(self, turn: int) -> None:
        """What the user said up to a turn; an earlier one that was never answered comes before it."""
        for number in sorted(n for n in self._said if n <= turn):
            self._file.write(msgspec.json.encode(self._said.pop(number)).decode() + "\n")

    def _seconds(self, at_ns: int) -> float:
        return round((at_ns - self._taken.begun_ns) / 1e9, 2)


def _quantiles(figures: Sequence[float]) -> Quantiles | None:
    if not figures:
        return None
    ordered = sorted(figures)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return Quantiles(len(ordered), round(statistics.median(ordered), 2), round(p95, 2), round(ordered[-1], 2))
