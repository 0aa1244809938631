"""Head of the person without features: neck, ears, skin, and the light on it."""

from __future__ import annotations

from actors.portrait.svg import ellipse, linear, path, radial, stroke

FACE = (
    "M640,150C722,150 765,208 765,288C765,330 760,364 747,396C735,428 710,458 682,476C667,486 655,490 640,490"
    "C625,490 613,486 598,476C570,458 545,428 533,396C520,364 515,330 515,288C515,208 558,150 640,150Z"
)
_NECK = "M566,420C570,462 570,494 562,518C580,560 606,580 640,580C674,580 700,560 718,518C710,494 710,462 714,420Z"
_EAR = "M522,290C508,272 493,280 494,306C495,334 505,362 520,366C528,368 532,358 532,340L528,296Z"

SKIN_LIGHT, SKIN, SKIN_SHADE, SKIN_DEEP = "#f6cdb0", "#e9b492", "#c98767", "#9c5a43"


def mirrored(body: str) -> str:
    """The same drawing on the other side of the face."""
    return f'<g transform="translate(1280 0) scale(-1 1)">{body}</g>'


def neck() -> str:
    """The neck with the shadow of the chin."""
    defs = (
        linear("neck", (566, 430), (716, 470), ((0, "#d9a07e", 1), (0.45, "#cf9270", 1), (1, "#a86c51", 1)))
        + f'<clipPath id="neck-edge">{path(_NECK, "#000")}</clipPath>'
    )
    return (
        f'<defs>{defs}</defs>{path(_NECK, "url(#neck)")}<g clip-path="url(#neck-edge)">'
        f"{path('M520,380L760,380L760,440C735,505 690,528 648,528C606,528 560,500 520,440Z', '#8a4a37', blur=10, opacity=0.62)}"
        f"{stroke('M592,500C600,535 614,556 628,568', '#8a4a37', 7, blur=4, opacity=0.35)}"
        f"{stroke('M692,500C684,535 668,556 654,568', '#8a4a37', 7, blur=4, opacity=0.4)}"
        f"{stroke('M604,512C610,536 620,552 630,562', '#f0bd9c', 5, blur=4, opacity=0.4)}</g>"
    )


def ears() -> str:
    """Both ears; hair and face cover their inner edges."""
    defs = linear("ear", (494, 280), (532, 366), ((0, "#eab593", 1), (0.6, "#d9977a", 1), (1, "#b97458", 1)))
    left = (
        path(_EAR, "url(#ear)")
        + stroke("M520,296C508,284 501,292 502,310C503,330 510,348 516,354", "#a5604a", 3.4, blur=1, opacity=0.75)
        + path("M524,312C514,308 511,320 515,332C518,341 525,340 527,332Z", "#9c5743", blur=2, opacity=0.6)
        + stroke("M499,300C498,316 502,336 510,350", "#f8d5bb", 2.2, blur=1, opacity=0.6)
    )
    shade = path(_EAR, "#7a3f2e", opacity=0.22)
    return f"<defs>{defs}</defs>{left}{mirrored(left + shade)}"


def face() -> str:
    """The face's skin with its light and shade; eyes, nose and mouth come on top."""
    defs = "".join(
        (
            radial(
                "skin",
                (612, 300),
                230,
                ((0, "#f4c7a9", 1), (0.45, "#ecb897", 1), (0.8, "#dda07d", 1), (1, "#c98868", 1)),
                1.12,
            ),
            linear("turn", (640, 300), (768, 320), ((0, "#a8624a", 0), (0.55, "#a8624a", 0.16), (1, "#87432f", 0.55))),
            linear("turn-left", (515, 300), (556, 300), ((0, "#a8624a", 0.34), (1, "#a8624a", 0))),
            linear("low", (640, 400), (640, 494), ((0, "#a8624a", 0), (1, "#a25b43", 0.42))),
            radial("blush-left", (568, 366), 56, ((0, "#e0785f", 0.27), (1, "#e0785f", 0)), 0.72),
            radial("blush-right", (712, 366), 56, ((0, "#cf6650", 0.28), (1, "#cf6650", 0)), 0.72),
            radial("cheek-light", (570, 338), 42, ((0, "#fff0e0", 0.5), (1, "#fff0e0", 0)), 0.6),
            radial("brow-light", (612, 222), 82, ((0, "#fff0e0", 0.5), (1, "#fff0e0", 0)), 0.55),
            radial("chin-light", (634, 462), 30, ((0, "#ffd9bd", 0.5), (1, "#ffd9bd", 0)), 0.62),
            f'<clipPath id="face">{path(FACE, "#000")}</clipPath>',
        )
    )
    washes = "".join(
        path(FACE, f"url(#{name})")
        for name in ("turn", "turn-left", "low", "blush-left", "blush-right", "cheek-light", "brow-light", "chin-light")
    )
    return (
        f'<defs>{defs}</defs>{path(FACE, "url(#skin)")}<g clip-path="url(#face)">{washes}{_hair_shadow()}{_sockets()}'
        f"{_beard()}{stroke(FACE, '#8f4e38', 5, blur=4, opacity=0.5)}{_rim()}{_smile()}{_nose()}</g>"
        f"{stroke(FACE, '#94543d', 1.6, blur=1, opacity=0.4)}"
    )


def _hair_shadow() -> str:
    return path(
        "M510,330C522,268 540,226 586,212C640,196 700,196 738,222C756,244 762,290 770,330L790,120L490,120Z",
        "#9a5740",
        blur=8,
        opacity=0.5,
    )


def _sockets() -> str:
    inner = ellipse((606, 288), (15, 17), "#a85f49", blur=6, opacity=0.42)
    over = ellipse((582, 284), (34, 10), "#a8624a", blur=6, opacity=0.4)
    under = stroke("M560,322C574,330 592,330 606,322", "#b26c54", 3.5, blur=3, opacity=0.34)
    return inner + over + under + mirrored(inner + over + under)


def _beard() -> str:
    """The faint shade of a shaven beard: it gives the jaw its form."""
    jaw = "M528,372C542,420 572,450 606,444C618,432 662,432 674,444C708,450 738,420 752,372C752,440 700,500 640,500C580,500 528,440 528,372Z"
    return path(jaw, "#8a5a48", blur=10, opacity=0.15)


def _rim() -> str:
    """Warm light of the lamp on the far cheek."""
    return stroke("M762,300C760,350 750,395 730,430", "#ffcf9a", 4, blur=3, opacity=0.5)


def _smile() -> str:
    """Soft folds from the nose to the corners of the mouth, and the cheeks above them."""
    fold = path("M606,376C596,388 589,398 587,412C592,402 600,391 609,382Z", "#a65f49", blur=3, opacity=0.36)
    cheek = ellipse((577, 372), (17, 9), "#ffe4d0", blur=8, opacity=0.4)
    return fold + cheek + mirrored(fold) + mirrored(cheek)


def _nose() -> str:
    shade = "#a45a44"
    return "".join(
        (
            path(
                "M652,286C654,320 662,348 672,362C668,374 656,376 650,372C650,340 646,310 648,286Z",
                shade,
                blur=4,
                opacity=0.42,
            ),
            path("M626,290C624,320 616,346 610,360C612,350 618,320 622,290Z", shade, blur=3, opacity=0.3),
            path(
                "M630,268C636,262 642,264 644,272C642,310 642,336 641,356C636,362 630,360 629,354C630,330 632,300 630,268Z",
                "#fff3e6",
                blur=5,
                opacity=0.5,
            ),
            ellipse((634, 361), (7, 5), "#fff6ec", blur=4, opacity=0.55),
            ellipse((641, 384), (30, 7), "#9a523d", blur=4, opacity=0.5),
            stroke("M611,362C606,368 608,377 617,378", shade, 2.4, blur=1.6, opacity=0.5),
            stroke("M669,362C674,368 672,377 663,378", "#8c4634", 2.4, blur=1.6, opacity=0.55),
            path("M618,377C622,371 630,373 633,378C629,381 622,381 618,377Z", "#6d2f24", blur=1, opacity=0.85),
            path("M662,377C658,371 650,373 647,378C651,381 658,381 662,377Z", "#652a20", blur=1, opacity=0.85),
            stroke("M630,380C636,384 644,384 650,380", "#9a523d", 2.4, blur=1, opacity=0.6),
            stroke("M634,388C635,393 635,396 634,400", "#b06a55", 3, blur=2, opacity=0.35),
            stroke("M646,388C645,393 645,396 646,400", "#ffe3cf", 2.5, blur=2, opacity=0.3),
        )
    )
