"""Scenes of the encoding of crops."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from actors.face.engine import Mouth
from actors.face.jpeg import encode


def test_crops_come_back_in_their_order_and_nearly_as_they_were() -> None:
    mouths = [Mouth(index, np.full((256, 256, 3), 40 * index, np.uint8)) for index in range(4)]
    back = [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) for data in encode(mouths)]
    assert [picture.shape for picture in back if picture is not None] == [(256, 256, 3)] * 4
    assert [float(picture.mean()) for picture in back if picture is not None] == pytest.approx([0, 40, 80, 120], abs=2)
    assert encode([]) == []
