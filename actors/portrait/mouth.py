"""Mouth of the person, drawn from a pose: lips, teeth, tongue."""

from __future__ import annotations

from dataclasses import dataclass

from actors.portrait.pose import Pose
from actors.portrait.svg import ellipse, glow, linear, path, stroke

CENTRE = (640.0, 413.0)
JAW_DROP = 26.0
"""Units between the lips when the jaw is right down."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the lips are, in units from the centre of the mouth (x to the right, y down)."""

    half: float
    corner: float
    top: float
    upper: float
    lower: float
    bottom: float
    bow: float


def shape(pose: Pose) -> Shape:
    """The lips of a pose; `upper` <= `lower`, equal when the mouth is closed."""
    gap = max(pose.jaw * JAW_DROP, 3.4 * pose.teeth, 2.6 * pose.pucker) * (1 - pose.press)
    half = (40 + 5.5 * pose.wide - 4 * pose.jaw) * (1 - 0.38 * pose.pucker)
    upper = 0.5 - gap * 0.2 - 1.4 * pose.bite
    lower = 0.5 + gap * 0.8
    lower += (upper + 3.4 - lower) * pose.bite
    thin = 1 - 0.34 * pose.press - 0.12 * max(pose.wide, 0) + 0.16 * pose.pucker
    top = upper - 8.6 * thin
    bottom = lower + 12.6 * thin * (1 - 0.42 * pose.bite)
    corner = -4.6 - 1.6 * max(pose.wide, 0) + gap * 0.28
    return Shape(half, corner, top, upper, lower, bottom, 2.6 * (1 - pose.pucker * 0.5))


def mouth(pose: Pose) -> str:
    """The drawing of a mouth around `CENTRE`.

    Drawn for every frame, hence without blurs and clips (each costs a layer): what is inside the mouth is drawn first,
    and the lips cover its edges.
    """
    lips = shape(pose)
    defs = linear(
        "lip-up", (0, lips.top), (0, lips.upper + 2), ((0, "#c27c6c", 1), (0.6, "#ad5f55", 1), (1, "#8d443f", 1))
    )
    defs += linear(
        "lip-low", (0, lips.lower - 1), (0, lips.bottom), ((0, "#b5655b", 1), (0.4, "#cb8375", 1), (1, "#b46a5c", 1))
    )
    defs += linear("hollow", (0, lips.upper), (0, lips.lower + 2), ((0, "#2a0b0d", 1), (1, "#5d2022", 1)))
    return (
        f'<g transform="translate({CENTRE[0]} {CENTRE[1]})"><defs>{defs}</defs>{_around(lips, pose)}{_inside(lips, pose)}'
        f"{path(_lower(lips), 'url(#lip-low)')}{_lower_light(lips, pose)}{path(_upper(lips), 'url(#lip-up)')}"
        f"{_upper_light(lips)}{_line(lips)}</g>"
    )


def _top_edge(lips: Shape) -> str:
    """From the left corner over the bow to the right corner."""
    h, c, t, b = lips.half, lips.corner, lips.top, lips.bow
    return (
        f"C{-h * 0.72:.2f},{c - 3.2:.2f} {-h * 0.42:.2f},{t:.2f} {-h * 0.2:.2f},{t:.2f}"
        f"C{-h * 0.1:.2f},{t:.2f} {-h * 0.06:.2f},{t + b:.2f} 0,{t + b:.2f}C{h * 0.06:.2f},{t + b:.2f} {h * 0.1:.2f},{t:.2f} {h * 0.2:.2f},{t:.2f}"
        f"C{h * 0.42:.2f},{t:.2f} {h * 0.72:.2f},{c - 3.2:.2f} {h:.2f},{c:.2f}"
    )


def _upper_inner(lips: Shape) -> str:
    """From the right corner back to the left one, under the upper lip."""
    h, c, u = lips.half, lips.corner, lips.upper
    return (
        f"C{h * 0.7:.2f},{c * 0.4 + u * 0.6:.2f} {h * 0.36:.2f},{u - 0.6:.2f} {h * 0.16:.2f},{u - 0.4:.2f}"
        f"C{h * 0.08:.2f},{u:.2f} {h * 0.04:.2f},{u + 1.5:.2f} 0,{u + 1.5:.2f}C{-h * 0.04:.2f},{u + 1.5:.2f} {-h * 0.08:.2f},{u:.2f} {-h * 0.16:.2f},{u - 0.4:.2f}"
        f"C{-h * 0.36:.2f},{u - 0.6:.2f} {-h * 0.7:.2f},{c * 0.4 + u * 0.6:.2f} {-h:.2f},{c:.2f}"
    )


def _lower_inner(lips: Shape) -> str:
    """From the left corner to the right one, over the lower lip."""
    h, c, low = lips.half, lips.corner, lips.lower
    return (
        f"C{-h * 0.78:.2f},{c * 0.35 + low * 0.65:.2f} {-h * 0.45:.2f},{low + 0.6:.2f} 0,{low + 0.9:.2f}"
        f"C{h * 0.45:.2f},{low + 0.6:.2f} {h * 0.78:.2f},{c * 0.35 + low * 0.65:.2f} {h:.2f},{c:.2f}"
    )


def _bottom_edge(lips: Shape) -> str:
    """From the right corner back to the left one, under the lower lip."""
    h, c, b = lips.half, lips.corner, lips.bottom
    return (
        f"C{h * 0.8:.2f},{c * 0.4 + b * 0.6:.2f} {h * 0.46:.2f},{b:.2f} 0,{b:.2f}"
        f"C{-h * 0.46:.2f},{b:.2f} {-h * 0.8:.2f},{c * 0.4 + b * 0.6:.2f} {-h:.2f},{c:.2f}"
    )


def _start(lips: Shape) -> str:
    return f"M{-lips.half:.2f},{lips.corner:.2f}"


def _outline(lips: Shape) -> str:
    return _start(lips) + _top_edge(lips) + _bottom_edge(lips) + "Z"


def _upper(lips: Shape) -> str:
    return _start(lips) + _top_edge(lips) + _upper_inner(lips) + "Z"


def _lower(lips: Shape) -> str:
    return _start(lips) + _lower_inner(lips) + _bottom_edge(lips) + "Z"


def _hollow(lips: Shape) -> str:
    h, c = lips.half, lips.corner
    return _start(lips) + _lower_inner(lips) + _upper_inner(lips) + f"L{-h:.2f},{c:.2f}Z"


def _around(lips: Shape, pose: Pose) -> str:
    """Skin about the lips: the dip under the lower one, the shade at the corners."""
    h, c, b = lips.half, lips.corner, lips.bottom
    corners = "".join(glow((side * (h + 2), c), (9, 8), "#8c4a38", 0.6 - 0.25 * pose.pucker) for side in (-1, 1))
    dip = glow((1, b + 5), (h * 0.78, 11), "#9b523e", 0.55)
    rim = _start(lips) + _top_edge(lips)
    edge = f'<g transform="translate(0 -2.2)">{stroke(rim, "#f9d7c0", 3.4, opacity=0.16)}{stroke(rim, "#f9d7c0", 1.6, opacity=0.2)}</g>'
    outline = _outline(lips)
    soft = "".join(stroke(outline, "#a65f50", width, opacity=0.13) for width in (1.5, 3, 4.5, 6.5))
    return corners + dip + edge + soft


def _inside(lips: Shape, pose: Pose) -> str:
    """The dark of the open mouth with tongue and teeth."""
    h, u, low = lips.half, lips.upper, lips.lower
    gap = low - u
    if gap < 0.6:
        return path(_hollow(lips), "#5d2022")
    side = lips.corner * 0.35 + u * 0.65
    shadow = (
        f"M{-0.7 * h:.2f},{side:.2f}C{-0.3 * h:.2f},{u - 0.6:.2f} {0.3 * h:.2f},{u - 0.6:.2f} {0.7 * h:.2f},{side:.2f}"
    )
    return (
        path(_hollow(lips), "url(#hollow)")
        + _tongue(h, low, gap, pose.tongue)
        + _teeth(h, u, low, pose)
        + stroke(shadow, "#2a0b0d", 6, opacity=0.25)
        + stroke(shadow, "#2a0b0d", 3.2, opacity=0.35)
    )


def _tongue(half: float, low: float, gap: float, tip: float) -> str:
    """The tongue behind the lower lip; `tip` 0..1 lifts it to the teeth."""
    top = low - gap * (0.2 + 0.5 * tip)
    side = half * 0.58
    data = (
        f"M{-side:.2f},{low + 2:.2f}C{-side * 0.8:.2f},{top + 1:.2f} {-side * 0.4:.2f},{top:.2f} 0,{top:.2f}"
        f"C{side * 0.4:.2f},{top:.2f} {side * 0.8:.2f},{top + 1:.2f} {side:.2f},{low + 2:.2f}Z"
    )
    return path(data, "#b9574f") + glow((-2, top + gap * 0.16), (side * 0.6, gap * 0.16 + 0.5), "#e0908a", 0.5)


def _teeth(half: float, upper: float, low: float, pose: Pose) -> str:
    """The upper row, and a little of the lower one where the teeth are close together."""
    shown = min((low - upper) * 0.62, 4.5 + 4.5 * max(pose.teeth, pose.bite, 0.35 * max(pose.wide, 0)))
    side, edge = half * 0.66, upper + shown
    row = (
        f"M{-side:.2f},{upper + 0.5:.2f}C{-side * 0.6:.2f},{upper - 2:.2f} {side * 0.6:.2f},{upper - 2:.2f} {side:.2f},{upper + 0.5:.2f}"
        f"C{side * 0.95:.2f},{upper + shown * 0.6:.2f} {side * 0.6:.2f},{edge:.2f} 0,{edge:.2f}"
        f"C{-side * 0.6:.2f},{edge:.2f} {-side * 0.95:.2f},{upper + shown * 0.6:.2f} {-side:.2f},{upper + 0.5:.2f}Z"
    )
    gaps = "".join(
        f"M{x * half:.2f},{upper - 1:.2f}L{x * half * 0.98:.2f},{upper + shown * (1 - abs(x) * 0.5):.2f}"
        for x in (-0.48, -0.33, -0.17, 0, 0.17, 0.33, 0.48)
    )
    lower = ""
    if pose.teeth > 0.05:
        lower = ellipse((0, low + 2.2), (half * 0.5, 4), "#d8cdc4", opacity=min(1, pose.teeth * 1.2))
    return lower + path(row, "#f3ece4") + stroke(gaps, "#b9a79c", 0.7, opacity=0.45)


def _lower_light(lips: Shape, pose: Pose) -> str:
    middle = (lips.lower + lips.bottom) / 2
    light = glow((-4, middle), (lips.half * 0.5, 5), "#f6c9bb", 0.75 - 0.4 * pose.press)
    wrinkles = "".join(
        f"M{x * lips.half:.1f},{lips.lower + 3:.1f}L{x * lips.half * 0.94:.1f},{lips.bottom - 3.5:.1f}"
        for x in (-0.5, -0.3, -0.12, 0.08, 0.26, 0.46)
    )
    return light + stroke(wrinkles, "#9c5048", 0.7, opacity=0.22)


def _upper_light(lips: Shape) -> str:
    return glow((-5, lips.top + 3.2), (lips.half * 0.36, 2.6), "#dfa093", 0.55)


def _line(lips: Shape) -> str:
    """The dark line under the upper lip, strongest at the corners."""
    h, c = lips.half, lips.corner
    data = f"M{h + 1.5:.2f},{c - 1:.2f}L{h:.2f},{c:.2f}{_upper_inner(lips)}L{-h - 1.5:.2f},{c - 1:.2f}"
    return stroke(data, "#5c2320", 1.7, opacity=0.85)
