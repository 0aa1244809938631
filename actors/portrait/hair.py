"""Hair of the person: short at the sides, swept up and over on top, drawn strand by strand."""

from __future__ import annotations

import random
from collections.abc import Sequence

from actors.portrait.svg import Point, blurred, lens, linear, path

Curve = Sequence[Point]

_BACK = (
    "M514,300C506,262 505,205 530,158C552,118 600,92 650,90C712,88 760,126 774,176C786,222 780,276 768,318"
    "C764,300 764,280 762,262L518,262C516,280 516,300 512,318Z"
)
_TOP = (
    "M516,296C504,262 502,210 524,166C534,146 546,136 552,132C566,100 612,78 662,76C720,74 768,104 780,154"
    "C790,198 782,262 765,304C764,280 762,262 752,240C744,222 736,212 722,204C690,216 650,212 616,196"
    "C596,190 580,196 566,210C546,230 532,254 523,284C520,292 518,300 517,304C516,300 516,298 516,296Z"
)
_TONES = ("#2a1810", "#3a2317", "#4a2d1c", "#5d3a24", "#754a2d", "#8f5f3a")


def hair_back() -> str:
    """What is seen of the hair behind ears and forehead."""
    return path(_BACK, "#24150e")


def hair_front() -> str:
    """The hair over the forehead, with a soft outline."""
    defs = linear("hair", (540, 90), (770, 300), ((0, "#6b4329", 1), (0.4, "#4a2d1c", 1), (1, "#27170f", 1)))
    defs += f'<clipPath id="hair-edge">{path(_TOP, "#000")}</clipPath>'
    shine = f'<g clip-path="url(#hair-edge)">{blurred(_band(), 6, (540, 90, 180, 110))}</g>'
    return f"<defs>{defs}</defs>{path(_TOP, 'url(#hair)')}{_sides()}{_sweep()}{shine}{_flyaways()}"


def between(first: Curve, second: Curve, share: float) -> list[Point]:
    """The curve that lies `share` of the way from the first to the second."""
    return [(a + (c - a) * share, b + (d - b) * share) for (a, b), (c, d) in zip(first, second, strict=True)]


def _strands(choice: random.Random, first: Curve, second: Curve, count: int, width: float, tones: Sequence[str]) -> str:
    drawn = ""
    for step in range(count):
        share = (step + choice.uniform(0, 1)) / count
        curve = [(x + choice.gauss(0, 2.2), y + choice.gauss(0, 2.2)) for x, y in between(first, second, share)]
        drawn += lens(curve, choice.uniform(0.4, 1) * width, choice.choice(tones), choice.uniform(0.35, 0.85))
    return drawn


def _sweep() -> str:
    """The top: strands rise from the parting on the left and fall over to the right."""
    choice = random.Random(4)
    front = ((566, 208), (600, 176), (664, 232), (726, 206))
    middle = ((556, 176), (590, 110), (690, 130), (752, 226))
    crest = ((546, 142), (572, 62), (742, 42), (780, 226))
    tail = ((630, 79), (716, 66), (796, 108), (780, 268))
    return (
        _strands(choice, crest, tail, 110, 6, _TONES[1:5])
        + _strands(choice, middle, crest, 90, 7, _TONES[1:5])
        + _strands(choice, front, middle, 90, 6, _TONES[1:])
        + _strands(choice, front, middle, 26, 3, _TONES[4:])
        + _strands(choice, middle, crest, 22, 3, _TONES[4:])
    )


def _sides() -> str:
    choice = random.Random(9)
    left = _strands(
        choice,
        ((552, 136), (508, 160), (503, 240), (516, 302)),
        ((566, 204), (548, 226), (533, 250), (523, 290)),
        80,
        3.4,
        _TONES[:5],
    )
    right = _strands(
        choice,
        ((776, 180), (786, 220), (782, 268), (767, 302)),
        ((728, 208), (748, 222), (757, 252), (760, 290)),
        80,
        3.4,
        _TONES[:4],
    )
    return left + right


def _band() -> str:
    """Daylight on the crown."""
    return lens(((560, 168), (600, 112), (650, 104), (700, 120)), 26, "#c9935f", 0.42) + lens(
        ((580, 196), (620, 168), (660, 186), (706, 190)), 10, "#d8a570", 0.3
    )


def _flyaways() -> str:
    """A few loose strands on the forehead and the crown, so that no edge is cut with scissors."""
    choice = random.Random(17)
    drawn = ""
    for _ in range(34):
        x = choice.uniform(572, 724)
        y = 206 - 12 * (1 - ((x - 640) / 90) ** 2) + (x - 572) * 0.06
        reach = choice.uniform(14, 30)
        drawn += lens(
            ((x - 26, y - 14), (x - 12, y - 9), (x, y - 3), (x + reach, y + choice.uniform(-2, 6))),
            1.8,
            choice.choice(_TONES[1:5]),
            0.7,
        )
    for _ in range(30):
        x = choice.uniform(590, 706)
        y = 77 + ((x - 662) / 105) ** 2 * 42
        drawn += lens(
            ((x - 24, y + 12), (x - 8, y + 1), (x + 8, y - 1.5), (x + 26, y + 5)), 2, choice.choice(_TONES[1:4]), 0.8
        )
    return drawn
