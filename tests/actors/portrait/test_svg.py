"""Scenes of the drawing tools: sizes, blurs that are not cut off, strokes that are pointed."""

from __future__ import annotations

import numpy as np
import pytest

from actors.portrait.svg import Box, ellipse, glow, lens, linear, path, radial, render, stroke

FIELD: Box = (0, 0, 100, 50)


def test_a_drawing_has_the_size_of_its_box_and_keeps_it_clear() -> None:
    pixels = render(path("M10,10L20,10L20,20L10,20Z", "#ff8000"), FIELD, 2)
    assert pixels.shape == (100, 200, 4)
    assert pixels[30, 30].tolist() == [0, 128, 255, 255], "BGRA"
    assert pixels[30, 60, 3] == 0


def test_a_part_of_a_drawing_is_the_same_as_the_whole_cut_out() -> None:
    drawing = ellipse((50, 25), (20, 10), "#336699")
    whole, part = render(drawing, FIELD, 1), render(drawing, (40, 10, 30, 30), 1)
    apart = np.abs(whole[10:40, 40:70, 3].astype(int) - part[..., 3])
    assert apart.mean() < 0.5, "but for the smoothing of edges"
    assert part[:, :, 3].max() == 255


def test_a_thin_line_out_of_focus_is_not_cut_off() -> None:
    """The default region of an SVG filter cuts a straight upright line off at once: its box has no width."""
    pixels = render(stroke("M50,10L50,40", "#000000", 2, blur=4), FIELD, 1)
    across = pixels[25, :, 3].astype(int)
    assert across[50] > across[56] > across[60] > 0
    assert np.abs(np.diff(across)).max() < 12


@pytest.mark.parametrize("shape", ["path", "stroke", "ellipse", "lens", "glow"])
def test_faint_is_faint(shape: str) -> None:
    line = ((10.0, 25.0), (30.0, 25.0), (60.0, 25.0), (90.0, 25.0))
    drawn = {
        "path": path("M0,0L100,0L100,50L0,50Z", "#ffffff", opacity=0.5),
        "stroke": stroke("M0,25L100,25", "#ffffff", 20, opacity=0.5),
        "ellipse": ellipse((50, 25), (40, 20), "#ffffff", opacity=0.5),
        "lens": lens(line, 20, "#ffffff", 0.5),
        "glow": glow((50, 25), (40, 20), "#ffffff", 0.5),
    }[shape]
    assert int(render(drawn, FIELD, 1)[25, 50, 3]) == pytest.approx(127, abs=5)


def test_a_lens_is_wide_in_the_middle_and_pointed_at_its_ends() -> None:
    pixels = render(lens(((10, 25), (35, 25), (65, 25), (90, 25)), 12, "#000000"), FIELD, 4)
    widths = (pixels[:, :, 3] > 127).sum(axis=0) / 4
    assert widths[200] == pytest.approx(12, abs=1.5)
    assert widths[44] < 4
    assert widths[356] < 4


def test_gradients_go_from_one_colour_to_the_other() -> None:
    stops = ((0.0, "#000000", 1.0), (1.0, "#ffffff", 1.0))
    across = render(f"{linear('g', (0, 0), (100, 0), stops)}{path('M0,0L100,0L100,50L0,50Z', 'url(#g)')}", FIELD, 1)
    assert [int(across[25, x, 0]) for x in (1, 50, 98)] == pytest.approx([4, 128, 251], abs=4)
    around = render(f"{radial('g', (50, 25), 50, stops, 0.5)}{path('M0,0L100,0L100,50L0,50Z', 'url(#g)')}", FIELD, 1)
    assert around[25, 50, 0] < 10
    assert int(around[25, 75, 0]) == pytest.approx(int(around[37, 50, 0]), abs=8), "squashed to half its height"
