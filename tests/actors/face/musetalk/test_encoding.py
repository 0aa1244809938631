"""Scene of encoding ahead, with tiny networks."""

from __future__ import annotations

import shutil
from pathlib import Path

from actors.face.musetalk.encoding import encode_pack


def test_the_latents_lie_in_the_pack_afterwards(filmed_folder: Path, tiny_models: Path, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(filmed_folder, tmp_path / "pack"))
    encode_pack(pack, tiny_models, "cpu")
    (file,) = (pack / "musetalk").iterdir()
    assert file.suffix == ".npy"
