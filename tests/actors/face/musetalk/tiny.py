"""Tiny MuseTalk: random networks of the same architecture, saved in the folders and formats of the real ones."""

from __future__ import annotations

from pathlib import Path

import msgspec

WIDTH = 16
"""Of a token; 384 in the real one."""


def make_models(folder: Path) -> Path:
    """Writes musetalkV15/, sd-vae/ and whisper/ (1 MB in all). Needs the extra."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(3)
        _unet(folder / "musetalkV15")
        _vae(folder / "sd-vae")
        make_whisper(folder / "whisper")
    return folder


def _unet(folder: Path) -> None:
    import diffusers
    import torch

    unet = diffusers.UNet2DConditionModel(
        sample_size=64,
        in_channels=8,
        out_channels=4,
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
        block_out_channels=(4, 8, 8, 8),
        layers_per_block=2,
        cross_attention_dim=WIDTH,
        attention_head_dim=2,
        norm_num_groups=2,
    )
    folder.mkdir(parents=True)
    config = {key: value for key, value in unet.config.items() if not key.startswith("_")}
    # As published: the version and the class stand in it, with an underscore.
    (folder / "musetalk.json").write_bytes(msgspec.json.encode({"_diffusers_version": "0.6.0", **config}))
    torch.save(unet.state_dict(), folder / "unet.pth")


def _vae(folder: Path) -> None:
    import diffusers

    diffusers.AutoencoderKL(
        block_out_channels=(4, 4, 4, 4),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
    ).save_pretrained(folder)


def make_whisper(folder: Path, layers: int = 4) -> None:
    """A whisper-tiny whose numbers are narrower."""
    import transformers

    config = transformers.WhisperConfig(
        vocab_size=8,
        d_model=WIDTH,
        encoder_layers=layers,
        encoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_layers=1,
        decoder_attention_heads=2,
        decoder_ffn_dim=16,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )
    transformers.WhisperModel(config).save_pretrained(folder)
    transformers.WhisperFeatureExtractor().save_pretrained(folder)
