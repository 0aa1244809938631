"""Figures of a hop through the hub, beside bare ZeroMQ in the same run: the median of several rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bus.bench import BenchLane, Latency, Throughput, measure_latency, measure_throughput
from bus.floor import Floor, measure_floor
from remote.bench.figures import Figure, Tell, median, spread

LOADS: tuple[tuple[str, BenchLane, int, int, float], ...] = (
    ("1,920 B at 50/s, stream lane", "stream", 1_920, 50, 2.0),
    ("1,920 B at 50/s, latest lane", "latest", 1_920, 50, 1.6),
    ("200 kB at 25/s, stream lane", "stream", 200_000, 25, 2.0),
    ("200 kB at 25/s, latest lane", "latest", 200_000, 25, 2.0),
)
"""Name, lane, bytes, messages a second, and how many times the time of a direct connection it may take."""
RATE_HZ = 20_000


def measure_hops(tell: Tell, *, rounds: int, seconds: float, burst: int) -> Iterator[list[Figure]]:
    """Measures each load, then the throughput of `burst` messages; gives the figures of one after the other."""
    for name, lane, size, rate_hz, limit in LOADS:
        latencies = []
        for number in range(1, rounds + 1):
            tell(f"{name}, round {number} of {rounds}, {seconds:.0f} s")
            latencies.append(measure_latency(lane, size, rate_hz, round(seconds * rate_hz)))
        yield latency_figures(name, latencies, limit)
        if lane == "stream":
            tell(f"the same through a forwarder written in C, {seconds:.0f} s")
            yield [floor_figure(measure_floor(size, rate_hz, round(seconds * rate_hz)))]
    throughputs = []
    for number in range(1, rounds + 1):
        tell(f"throughput of {burst:,} messages, round {number} of {rounds}")
        throughputs.append(measure_throughput(1_920, burst))
    yield throughput_figures(throughputs)


def latency_figures(name: str, rounds: Sequence[Latency], limit: float) -> list[Figure]:
    """The ratio and what it is made of. One round that the machine disturbed does not count."""
    ratios = [latency.ratio for latency in rounds]
    hub, direct = median([r.hub_p50_us for r in rounds]), median([r.direct_p50_us for r in rounds])
    note = f"one way {hub:.0f} µs, direct {direct:.0f} µs; rounds {', '.join(f'{r:.2f}' for r in ratios)}"
    return [
        Figure(
            part="bus", name=f"{name}, to direct", value=round(median(ratios), 2), unit="x", at_most=limit, note=note
        ),
        Figure(
            part="bus",
            name="  p99",
            value=round(median([r.hub_p99_us for r in rounds])),
            unit="µs",
            note=f"direct {median([r.direct_p99_us for r in rounds]):.0f} µs",
        ),
    ]


def floor_figure(floor: Floor) -> Figure:
    """What a C forwarder that encrypts costs here: nothing that stands between two processes can be quicker."""
    note = f"one way {floor.forwarder_p50_us:.0f} µs, direct {floor.direct_p50_us:.0f} µs"
    return Figure(
        part="bus", name="  floor: a C forwarder, as encrypted", value=round(floor.ratio, 2), unit="x", note=note
    )


def throughput_figures(rounds: Sequence[Throughput]) -> list[Figure]:
    """Messages a second, and whether all came, in order."""
    rates = [round(r.hub_hz) for r in rounds]
    lost = sum(r.sent - r.received for r in rounds)
    torn = sum(not r.in_order for r in rounds)
    return [
        Figure(
            part="bus",
            name="1,920 B at full speed, stream lane",
            value=round(median(rates)),
            unit="/s",
            at_least=RATE_HZ,
            note=f"{spread(rates)}; direct {median([r.direct_hz for r in rounds]):,.0f}",
        ),
        Figure(part="bus", name="  lost", value=lost, at_most=0, note=f"of {sum(r.sent for r in rounds):,}"),
        Figure(part="bus", name="  rounds out of order", value=torn, at_most=0),
    ]
