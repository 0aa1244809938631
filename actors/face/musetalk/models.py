"""Models of MuseTalk 1.5: which files lie where, as its authors publish them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from actors.weights import WeightFile, Weights, is_pointer, models_folder
from bus.errors import Fatal

_TODO = "avatar models pull musetalk musetalk/sd-vae musetalk/whisper; or name their folder (models in face's settings)"


class ModelFiles(NamedTuple):
    """Places of the three networks."""

    unet_config: Path
    unet_weights: Path
    vae: Path
    """Folder, as diffusers reads it."""
    whisper: Path
    """Folder, as transformers reads it."""


NEEDED: tuple[tuple[str, ...], ...] = (
    ("musetalkV15/musetalk.json",),
    ("musetalkV15/unet.pth",),
    ("sd-vae/config.json",),
    ("sd-vae/diffusion_pytorch_model.safetensors", "sd-vae/diffusion_pytorch_model.bin"),
    ("whisper/config.json",),
    ("whisper/model.safetensors", "whisper/pytorch_model.bin"),
    ("whisper/preprocessor_config.json",),
)
"""Each file, or the files of which one must be there."""


_HUB = "https://huggingface.co/"
WEIGHTS = (
    Weights(
        name="musetalk",
        files=(WeightFile("musetalkV15/musetalk.json"), WeightFile("musetalkV15/unet.pth")),
        source=f"{_HUB}TMElyralab/MuseTalk/resolve/main/",
        page=f"{_HUB}TMElyralab/MuseTalk",
        licence="MIT for the code; its authors allow any use of the model, also commercial",
        about=3_400_000_000,
    ),
    Weights(
        name="musetalk/sd-vae",
        files=(WeightFile("config.json"), WeightFile("diffusion_pytorch_model.safetensors")),
        source=f"{_HUB}stabilityai/sd-vae-ft-mse/resolve/main/",
        page=f"{_HUB}stabilityai/sd-vae-ft-mse",
        licence="MIT: any use, also commercial",
        about=335_000_000,
    ),
    Weights(
        name="musetalk/whisper",
        files=(WeightFile("config.json"), WeightFile("model.safetensors"), WeightFile("preprocessor_config.json")),
        source=f"{_HUB}openai/whisper-tiny/resolve/main/",
        page=f"{_HUB}openai/whisper-tiny",
        licence="MIT (as the code of Whisper) or Apache-2.0: any use, also commercial",
        about=151_000_000,
    ),
)
"""Where to pull them from: together they are the folder `musetalk` below the user's models."""


def default_models() -> Path:
    """Folder of the models when no other is named."""
    return models_folder() / "musetalk"


def find_models(folder: Path) -> ModelFiles:
    """The files below `folder`. Raises Fatal, naming all that are missing or are only pointers of git-lfs."""
    missing = [" or ".join(names) for names in NEEDED if not any((folder / name).is_file() for name in names)]
    if missing:
        raise Fatal(f"MuseTalk's models in {folder} are not complete: {', '.join(missing)} missing", _TODO)
    pointers = [name for names in NEEDED for name in names if (folder / name).is_file() and is_pointer(folder / name)]
    if pointers:
        raise Fatal(f"{', '.join(pointers)} in {folder} hold no model but a pointer to it", "run there: git lfs pull")
    weights = folder / "musetalkV15"
    return ModelFiles(weights / "musetalk.json", weights / "unet.pth", folder / "sd-vae", folder / "whisper")
