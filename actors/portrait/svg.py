"""SVG pieces: gradients, soft filters and tapered strokes as text, and the rendering of a drawing into pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Stop = tuple[float, str, float]
"""Offset 0..1, colour, opacity 0..1."""
Box = tuple[float, float, float, float]
"""x, y, width, height in the drawing's units."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def blurred(body: str, blur: float, box: Box) -> str:
    """A group out of focus: `blur` is the standard deviation, `box` what it covers when sharp."""
    # A region of its own for each element: the default one (relative to the bounding box) cuts thin strokes off, and a
    # region of the whole picture costs 50 times as much.
    edge = 3 * blur + 1
    x, y, width, height = round(box[0] - edge), round(box[1] - edge), round(box[2] + 2 * edge), round(box[3] + 2 * edge)
    name = f"soft{blur:g}_{x}_{y}_{width}_{height}".replace("-", "m").replace(".", "p")
    return (
        f'<filter id="{name}" filterUnits="userSpaceOnUse" x="{x}" y="{y}" width="{width}" height="{height}">'
        f'<feGaussianBlur stdDeviation="{blur:g}"/></filter><g filter="url(#{name})">{body}</g>'
    )


def linear(name: str, start: Point, end: Point, stops: Sequence[Stop]) -> str:
    """A linear gradient from `start` to `end`."""
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="{start[0]:g}" y1="{start[1]:g}" '
        f'x2="{end[0]:g}" y2="{end[1]:g}">{_stops(stops)}</linearGradient>'
    )


def radial(name: str, centre: Point, radius: float, stops: Sequence[Stop], squash: float = 1.0) -> str:
    """A radial gradient around `centre`; `squash` is its height divided by its width."""
    x, y = centre
    return (
        f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="{radius:g}" '
        f'gradientTransform="translate({x:g} {y:g}) scale(1 {squash:g})">{_stops(stops)}</radialGradient>'
    )


def path(data: str, fill: str, *, blur: float = 0.0, opacity: float = 1.0) -> str:
    """A filled path of absolute commands M, L, C, Z."""
    shape = f'<path d="{data}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'
    return blurred(shape, blur, _bounds(data)) if blur else shape


def stroke(data: str, colour: str, width: float, *, blur: float = 0.0, opacity: float = 1.0) -> str:
    """A line with round ends along a path of absolute commands M, L, C, Z."""
    shape = (
        f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round" '
        f'stroke-opacity="{opacity:.2f}"/>'
    )
    return blurred(shape, blur, _bounds(data, width)) if blur else shape


def ellipse(centre: Point, radii: Point, fill: str, *, blur: float = 0.0, opacity: float = 1.0) -> str:
    """A filled ellipse."""
    (x, y), (rx, ry) = centre, radii
    shape = f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'
    return blurred(shape, blur, (x - rx, y - ry, 2 * rx, 2 * ry)) if blur else shape


def glow(centre: Point, radii: Point, colour: str, opacity: float) -> str:
    """An ellipse that fades out towards its edge: looks blurred and costs a tenth of a blur."""
    (x, y), (rx, ry) = centre, radii
    name = f"glow{colour[1:]}{opacity * 100:.0f}"
    return (
        f'<radialGradient id="{name}"><stop stop-color="{colour}" stop-opacity="{opacity:.2f}"/>'
        f'<stop offset=".4" stop-color="{colour}" stop-opacity="{opacity * 0.68:.2f}"/>'
        f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
        f'<ellipse cx="{x:.2f}" cy="{y:.2f}" rx="{rx:.2f}" ry="{ry:.2f}" fill="url(#{name})"/>'
    )


def lens(curve: Sequence[Point], width: float, fill: str, opacity: float = 1.0) -> str:
    """A stroke along a cubic curve of four points that is `width` wide in the middle and pointed at both ends."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve
    length = max(np.hypot(dx - ax, dy - ay), 1e-6)
    # A cubic reaches three quarters of the offset of its two inner points.
    nx, ny = -(dy - ay) / length * width * 0.67, (dx - ax) / length * width * 0.67
    data = (
        f"M{ax:.1f},{ay:.1f}C{bx + nx:.1f},{by + ny:.1f} {cx + nx:.1f},{cy + ny:.1f} {dx:.1f},{dy:.1f}"
        f"C{cx - nx:.1f},{cy - ny:.1f} {bx - nx:.1f},{by - ny:.1f} {ax:.1f},{ay:.1f}Z"
    )
    return f'<path d="{data}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def render(body: str, box: Box, scale: float) -> NDArray[np.uint8]:
    """Draws the part `box` of a drawing, `scale` pixels to a unit.

    Gives BGRA uint8, shape (height*scale, width*scale, 4), colour not multiplied by alpha.
    """
    import cv2
    import resvg_py

    x, y, width, height = box
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{round(width * scale)}" height="{round(height * scale)}" '
        f'viewBox="{x:g} {y:g} {width:g} {height:g}">{body}</svg>'
    )
    png = resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True)
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    if pixels.shape[2] == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA)
    return np.asarray(pixels, np.uint8)


def _bounds(data: str, width: float = 0.0) -> Box:
    """Box around all points of a path (its control points included)."""
    numbers = [float(number) for number in _NUMBER.findall(data)]
    xs, ys = numbers[::2], numbers[1::2]
    return (min(xs) - width, min(ys) - width, max(xs) - min(xs) + 2 * width, max(ys) - min(ys) + 2 * width)


def _stops(stops: Sequence[Stop]) -> str:
    return "".join(
        f'<stop offset="{offset:g}" stop-color="{colour}" stop-opacity="{opacity:g}"/>'
        for offset, colour, opacity in stops
    )
