"""JPEG of mouth crops, as they travel to the camera."""

from __future__ import annotations

from collections.abc import Sequence

from actors.face.engine import Mouth
from bus.errors import Broken

QUALITY = 88


def encode(mouths: Sequence[Mouth]) -> list[bytes]:
    """The crops as JPEGs, in their order. Blocks for about 1 ms each. Raises Broken when a crop is not a picture."""
    import cv2

    pictures = []
    for mouth in mouths:
        good, data = cv2.imencode(".jpg", mouth.crop, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not good:
            raise Broken(f"mouth frame {mouth.index} cannot be encoded", "tell who wrote the face engine")
        pictures.append(data.tobytes())
    return pictures
