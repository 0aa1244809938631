"""Room behind the person: a window's daylight, a shelf, a plant and a lamp, all far out of focus."""

from __future__ import annotations

import random

from actors.portrait.svg import blurred, ellipse, linear, radial


def room() -> str:
    """The drawing of the room, 1280x720 units."""
    defs = "".join(
        (
            linear("wall", (0, 0), (1280, 720), ((0, "#e9ebe4", 1), (0.45, "#cbcabb", 1), (1, "#8b8a7c", 1))),
            radial("daylight", (150, 190), 640, ((0, "#fffaf0", 0.95), (0.5, "#f4ecdc", 0.35), (1, "#e8dcc8", 0))),
            radial("lamplight", (1075, 250), 380, ((0, "#ffdca0", 0.9), (0.4, "#f3b873", 0.35), (1, "#d98f4a", 0))),
            radial("vignette", (640, 330), 860, ((0.45, "#101820", 0), (1, "#101820", 0.36)), 0.72),
        )
    )
    things = _window() + _shelf() + _plant() + _sofa()
    light = '<rect width="1280" height="720" fill="url(#daylight)"/><rect width="1280" height="720" fill="url(#lamplight)"/>'
    return (
        f'<defs>{defs}</defs><rect width="1280" height="720" fill="url(#wall)"/>'
        f"{blurred(things, 14, (-40, -20, 1360, 760))}{light}{_lamp()}{_bokeh()}"
        f'<rect width="1280" height="720" fill="url(#vignette)"/>'
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 4) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}"/>'


def _window() -> str:
    panes = "".join(
        _rect(x, y, 118, 182, fill)
        for x, y, fill in ((20, 40, "#fdfbf4"), (156, 40, "#fffdf8"), (20, 240, "#eef2ea"), (156, 240, "#f6f4ea"))
    )
    trees = ellipse((70, 400), (80, 50), "#bccbb0") + ellipse((220, 408), (70, 42), "#c9d3b8")
    curtain = (
        _rect(300, -20, 70, 640, "#e9e2d4") + _rect(318, -20, 16, 640, "#d3cbbb") + _rect(346, -20, 12, 640, "#d8d0c0")
    )
    return _rect(0, 20, 294, 424, "#cfcabd") + panes + trees + curtain


def _shelf() -> str:
    planks = "".join(_rect(880, y, 420, 16, "#7d5f45") for y in (150, 330, 500))
    back = _rect(880, -10, 420, 640, "#8f9389")
    choice = random.Random(11)
    colours = ("#b5573c", "#2f5d62", "#d8b26a", "#e7e0d0", "#4c5b4a", "#7b4a4a", "#c98f5a", "#39506b")
    books = ""
    for shelf in (150, 330, 500):
        x = 900.0
        while x < 1270:
            width, height = choice.uniform(16, 34), choice.uniform(70, 128)
            if choice.random() < 0.72:
                books += _rect(x, shelf - height, width, height, choice.choice(colours), 2)
            x += width + choice.uniform(2, 8)
    return back + books + planks


def _plant() -> str:
    choice = random.Random(5)
    leaves = "".join(
        f'<ellipse cx="0" cy="-70" rx="17" ry="66" fill="{choice.choice(("#4f7350", "#6a8c5c", "#3e5f45"))}" '
        f'transform="translate({430 + choice.uniform(-20, 20):.0f} 470) rotate({angle})"/>'
        for angle in (-74, -48, -30, -12, 6, 24, 44, 66)
    )
    return leaves + _rect(396, 470, 74, 92, "#b9a48c", 14)


def _sofa() -> str:
    return _rect(-40, 560, 500, 220, "#8b7c6c", 40) + _rect(820, 585, 520, 220, "#6d675f", 40)


def _lamp() -> str:
    shade = '<path d="M1030,205L1120,205L1142,290L1008,290Z" fill="#ffe7bd"/>'
    return blurred(shade + ellipse((1075, 262), (46, 24), "#fff6df"), 8, (1008, 205, 134, 85))


def _bokeh() -> str:
    choice = random.Random(3)
    discs = ""
    for _ in range(16):
        x = choice.choice((choice.uniform(330, 520), choice.uniform(800, 1010)))
        y, radius = choice.uniform(30, 330), choice.uniform(7, 21)
        colour = choice.choice(("#fff1d0", "#ffdfae", "#fffaf0"))
        opacity = choice.uniform(0.1, 0.3)
        discs += ellipse((x, y), (radius, radius), colour, opacity=opacity)
    return blurred(discs, 1.2, (300, 0, 740, 360))
