"""Clothes of the person: a knitted jumper with a ribbed collar over a white shirt's edge."""

from __future__ import annotations

import random

from actors.portrait.svg import blurred, ellipse, lens, linear, path, radial, stroke

_BODY = (
    "M560,520C540,548 470,566 396,588C312,612 268,664 250,740L1030,740C1012,664 968,612 884,588"
    "C810,566 740,548 720,520C700,560 672,578 640,578C608,578 580,560 560,520Z"
)
_COLLAR = (
    "M556,514C552,526 548,534 542,540C566,588 600,606 640,606C680,606 714,588 738,540C732,534 728,526 724,514"
    "C704,556 676,574 640,574C604,574 576,556 556,514Z"
)
_SHIRT = (
    "M562,506C580,552 606,570 640,570C674,570 700,552 718,506L722,520C702,562 676,580 640,580C604,580 578,562 558,520Z"
)


def clothes() -> str:
    """The drawing of the clothes."""
    defs = "".join(
        (
            linear("knit", (300, 560), (980, 720), ((0, "#3f7479", 1), (0.45, "#2c5a61", 1), (1, "#183a43", 1))),
            linear("collar", (550, 520), (740, 600), ((0, "#4a8287", 1), (0.5, "#316369", 1), (1, "#1d454d", 1))),
            linear("shirt", (560, 510), (720, 580), ((0, "#fbfaf6", 1), (1, "#c9cdcc", 1))),
            radial("shoulderlight", (420, 610), 170, ((0, "#9ccac4", 0.5), (1, "#9ccac4", 0)), 0.42),
            f'<clipPath id="body">{path(_BODY, "#000")}</clipPath><clipPath id="rib">{path(_COLLAR, "#000")}</clipPath>',
        )
    )
    return (
        f'<defs>{defs}</defs>{path(_BODY, "url(#knit)")}<g clip-path="url(#body)">{_folds()}{_stitches()}'
        f'<rect x="230" y="500" width="820" height="240" fill="url(#shoulderlight)"/>'
        f"{stroke(_BODY, '#0f2a31', 10, blur=6, opacity=0.45)}</g>"
        f'{path(_SHIRT, "url(#shirt)")}{path(_COLLAR, "url(#collar)")}<g clip-path="url(#rib)">{_ribs()}'
        f"{stroke('M542,540C566,588 600,606 640,606C680,606 714,588 738,540', '#102d34', 5, blur=2, opacity=0.6)}"
        f"</g>{_collar_shadow()}"
    )


def _folds() -> str:
    dark = (
        ((352, 740), (376, 690), (388, 650), (430, 618)),
        ((930, 740), (906, 690), (896, 650), (852, 618)),
        ((470, 740), (500, 700), (540, 660), (566, 612)),
        ((812, 740), (780, 700), (740, 660), (716, 612)),
        ((640, 740), (632, 700), (636, 660), (640, 622)),
    )
    light = (
        ((326, 740), (346, 690), (360, 656), (400, 622)),
        ((500, 740), (524, 700), (560, 664), (586, 620)),
        ((836, 740), (806, 700), (770, 664), (740, 616)),
    )
    return blurred(
        "".join(lens(fold, 20, "#0d2a31", 0.5) for fold in dark)
        + "".join(lens(fold, 13, "#7fb4b2", 0.28) for fold in light),
        6,
        (300, 600, 680, 140),
    )


def _stitches() -> str:
    choice = random.Random(21)
    rows = ""
    for x in range(256, 1030, 9):
        lean = (x - 640) * 0.05
        top, shade = 520, choice.uniform(0.05, 0.12)
        rows += stroke(
            f"M{x - lean:.0f},{top}C{x:.0f},600 {x + lean:.0f},660 {x + lean * 1.4:.0f},740",
            "#0b262d",
            1.6,
            opacity=shade,
        )
    return rows


def _ribs() -> str:
    ribs = ""
    for step in range(-24, 25):
        x = 640 + step * 4.1
        lean = step * 1.0
        sag = 578 - (step / 24) ** 2 * 60
        ribs += stroke(f"M{x:.1f},{sag - 14:.1f}L{x + lean * 0.35:.1f},{sag + 34:.1f}", "#123138", 1.3, opacity=0.42)
    return ribs


def _collar_shadow() -> str:
    return f'<g clip-path="url(#body)">{ellipse((652, 612), (92, 16), "#0c2a31", blur=8, opacity=0.45)}</g>'
