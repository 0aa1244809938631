"""Eyes and brows: lids that close, and irises that look about."""

from __future__ import annotations

import random
from dataclasses import dataclass

from actors.portrait.head import mirrored
from actors.portrait.svg import Box, ellipse, lens, linear, path, radial, stroke

EYES_BOX: Box = (528, 268, 224, 68)
"""Region that changes when the eyes move."""
LEFT, RIGHT, LEVEL = 583.0, 697.0, 303.0


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where the eyes look (units to the right and down) and how far the lids are down (0 open, 1 closed)."""

    x: float = 0.0
    y: float = 0.0
    lids: float = 0.0


def eyes(gaze: Gaze) -> str:
    """Both eyes."""
    defs = radial(
        "iris", (0, 0), 13.5, ((0, "#7d5a34", 1), (0.5, "#94683a", 1), (0.8, "#5d3d22", 1), (1, "#2c1a10", 1))
    )
    defs += linear("sclera", (0, -14), (0, 12), ((0, "#b9aaa4", 1), (0.4, "#f1ebe6", 1), (1, "#e9ded8", 1)))
    left = f'<g transform="translate({LEFT} {LEVEL}) scale(1.06)">{_eye(gaze, gaze.x, -1, "l")}</g>'
    right = f'<g transform="translate({RIGHT} {LEVEL}) scale(-1.06 1.06)">{_eye(gaze, -gaze.x, 1, "r")}</g>'
    return f"<defs>{defs}</defs>{left}{right}"


def brows() -> str:
    """Both brows, hair by hair."""
    choice = random.Random(8)
    shape = "M612,268C600,259 578,253 560,258C551,261 545,267 541,275C553,265 571,263 588,266C600,268 608,273 613,278C616,275 615,271 612,268Z"
    brow = path(shape, "#4a2f20", blur=1.4, opacity=0.72)
    for step in range(80):
        along = step / 79
        thick = 4.2 - 2.8 * along
        x = 613 - 66 * along + choice.uniform(-1.5, 1.5)
        y = 273 - 38 * along + 36 * along * along + choice.uniform(-thick, thick)
        dx, dy = -5 - 7 * along, -5 + 11 * along
        hair = ((x, y), (x + dx * 0.35, y + dy * 0.35 - 1.5), (x + dx * 0.7, y + dy * 0.7 - 1), (x + dx, y + dy))
        brow += lens(hair, 1.3, choice.choice(("#3a2418", "#2f1c13", "#5a3a27")), 0.7)
    return brow + mirrored(brow)


def _eye(gaze: Gaze, look: float, glint: int, side: str) -> str:
    """One eye around (0, 0), the nose to its right; `glint` is the side (-1 or 1) that the window is on."""
    lids = min(max(gaze.lids, 0.0), 1.0)
    top = -14.5 + 19.5 * lids + gaze.y * 0.5
    bottom = 9.5 - 2.5 * lids
    outer = -1 + 3 * lids
    inward = (top * 0.3 + 1) * (1 - lids) + 6 * lids
    upper = f"C-20,{outer - 3 + (top + 4) * 0.86:.2f} -11,{top:.2f} 1,{top:.2f}C13,{top:.2f} 22,{inward:.2f} 26,5"
    lower = (
        f"C20,{bottom * 0.9:.2f} 10,{bottom + 1:.2f} 0,{bottom:.2f}"
        f"C-12,{bottom:.2f} -22,{bottom * 0.55 + lids:.2f} -27,{outer:.2f}"
    )
    outline = f"M-27,{outer:.2f}{upper}{lower}Z"
    return (
        f'<clipPath id="eye-{side}">{path(outline, "#000")}</clipPath>{_lid(top, lids)}'
        f'<g clip-path="url(#eye-{side})">{_ball(look, gaze.y, top, glint)}</g>{_lashes(upper, lower, top, outer, inward)}'
    )


def _ball(look: float, drop: float, top: float, glint: int) -> str:
    return (
        f'<rect x="-30" y="-18" width="60" height="34" fill="url(#sclera)"/>'
        f"{ellipse((27, 5), (6, 5), '#d98f80', blur=1, opacity=0.8)}"
        f'<g transform="translate({look:.2f} {drop - 2.5:.2f})">{ellipse((0, 0), (13.6, 13.6), "url(#iris)")}'
        f"{ellipse((0, 5), (8.5, 6), '#c08b4c', blur=2, opacity=0.6)}{ellipse((0, 0), (6, 6), '#120a08')}"
        f"{ellipse((glint * 4.6, -4.8), (3.4, 3.4), '#ffffff', opacity=0.95)}"
        f"{ellipse((glint * -4.6, 5), (1.7, 1.7), '#ffffff', opacity=0.55)}</g>"
        f"{stroke(f'M-28,{top + 4:.2f}C-14,{top - 1:.2f} 14,{top - 1:.2f} 28,{top + 8:.2f}', '#3b2018', 9, blur=2, opacity=0.5)}"
    )


def _lid(top: float, lids: float) -> str:
    """Skin of the upper lid with its crease; covers the eyeball as it comes down."""
    skin = f"M-30,-3C-24,-19 -8,-25 4,-23C18,-21 27,-10 29,3L26,8C14,{top + 8:.1f} -12,{top + 8:.1f} -27,2Z"
    crease = "M-28,-8C-20,-19 -8,-22.5 3,-21.5C14,-20.5 22,-13 26,-5"
    return (
        path(skin, "#d9a07f", blur=2, opacity=0.55 + 0.45 * lids)
        + stroke(crease, "#8f4f3a", 1.8, blur=1, opacity=0.75 - 0.45 * lids)
        + ellipse((-4, (top - 22) / 2), (12, 2 + 3 * lids), "#f7d2b8", blur=2, opacity=0.35 + 0.3 * lids)
    )


def _lashes(upper: str, lower: str, top: float, outer: float, inward: float) -> str:
    tip = outer - 2
    thick = (
        f"M-29.5,{tip:.2f}C-22,{outer - 3 + (top + 2.5) * 0.86:.2f} -11,{top - 1.9:.2f} 1,{top - 1.7:.2f}"
        f"C13,{top - 1.5:.2f} 22,{inward - 1:.2f} 26,5C22,{inward + 1:.2f} 13,{top + 1:.2f} 1,{top + 1:.2f}"
        f"C-11,{top + 1:.2f} -19,{outer + (top + 5) * 0.5:.2f} -27,{outer:.2f}Z"
    )
    flick = f"M-29.5,{tip:.2f}L-27,{outer:.2f}{upper}"
    return (
        path(thick, "#23140f")
        + stroke(flick, "#23140f", 1.2)
        + stroke(f"M26,5{lower}", "#7a4434", 1.5, opacity=0.7)
        + f'<g transform="translate(0 2.2)">{stroke(f"M26,5{lower}", "#f7d3bd", 1.6, blur=1, opacity=0.5)}</g>'
    )
