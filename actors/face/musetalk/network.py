"""Network of MuseTalk 1.5: whisper's encoder hears, a UNet draws in one step, an autoencoder makes pixels of it.

Everything that knows torch stands here; numpy goes in and out. Blocking: belongs into a worker thread.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.face.musetalk.decimate import RATE_HZ
from actors.face.musetalk.listening import STEP_SAMPLES
from actors.face.musetalk.models import ModelFiles
from actors.face.musetalk.window import LAYERS, positions
from actors.face_pack import CROP
from bus.errors import Fatal

if TYPE_CHECKING:
    import torch

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Device = Literal["auto", "cuda", "cpu"]
Precision = Literal["auto", "half", "full"]

LATENT = CROP // 8
CHANNELS = 8
"""Of a latent pair: four of the picture whose lower half is hidden, then four of the whole picture."""
_INSTALL = Fatal("torch, diffusers or transformers is not installed", "install them: uv sync --extra musetalk")
_UNREADABLE = (OSError, ValueError, TypeError, KeyError, RuntimeError, pickle.UnpicklingError, EOFError)
_ENCODED_AT_ONCE = 8
_SPARED_CORES = 1
"""Left to the rest of the call: where a core is busy, torch's threads wait for the one on it (ten times slower, measured)."""


class Network:
    """The three networks on one device."""

    def __init__(
        self, device: torch.device, dtype: torch.dtype, unet: Any, vae: Any, encoder: Any, listener: Any
    ) -> None:
        self.device = device
        self.half = dtype.itemsize == 2
        self._dtype, self._unet, self._vae, self._encoder, self._listener = dtype, unet, vae, encoder, listener
        self.width = int(encoder.config.d_model)
        self._positions = positions(self.width)
        self._scale = float(vae.config.scaling_factor)

    @classmethod
    def load(cls, files: ModelFiles, device: Device = "auto", precision: Precision = "auto") -> Network:
        """Reads the models. Raises Fatal when a library, the GPU or a model is missing or is not what it should be."""
        try:
            import diffusers
            import torch
            import transformers
        except ImportError:
            raise _INSTALL from None
        place = _place(device)
        if place.type == "cpu":
            torch.set_num_threads(max(1, (os.cpu_count() or 2) - _SPARED_CORES))
        dtype = (
            torch.float16 if precision == "half" or (precision == "auto" and place.type == "cuda") else torch.float32
        )
        torch.backends.cudnn.benchmark = True  # batches have fixed shapes: the best plan is looked for once
        for library in (diffusers, transformers):  # of a call's log they would make a page
            library.utils.logging.disable_progress_bar()
            library.utils.logging.set_verbosity_error()
        unet = _read(files.unet_weights, _unet, files)
        vae = _read(files.vae, diffusers.AutoencoderKL.from_pretrained, files.vae)
        whisper = _read(files.whisper, transformers.WhisperModel.from_pretrained, files.whisper)
        listener = _read(files.whisper, transformers.WhisperFeatureExtractor.from_pretrained, files.whisper)
        _fit(unet.config, vae.config, whisper.config)
        try:
            unet, vae, encoder = (part.to(place, dtype).eval() for part in (unet, vae, whisper.encoder))
        except torch.OutOfMemoryError:
            raise Fatal(
                "MuseTalk does not fit into this GPU's memory", "it takes about 6 GB: free some of it"
            ) from None
        return cls(place, dtype, unet, vae, encoder, listener)

    def hear(self, sound: Floats) -> Floats:
        """Features of sound (16 kHz, at most 30 s), shape (whole steps of 20 ms, 5, width).

        The encoder takes 30 s and nothing else; what follows the sound is silence, and its steps are left away.
        """
        import torch

        mel = self._listener(sound, sampling_rate=RATE_HZ, return_tensors="pt", device=self.device.type).input_features
        with torch.inference_mode():
            states = self._encoder(mel.to(self.device, self._dtype), output_hidden_states=True).hidden_states
            stacked = torch.stack(tuple(states), dim=2)[0, : sound.size // STEP_SAMPLES]
        return np.asarray(stacked.float().cpu().numpy(), np.float32)

    def encode(self, crops: Pixels) -> Floats:
        """Latent pairs of crops (BGR, shape (n, 256, 256, 3)), shape (n, 8, 32, 32): hidden half first, then the whole."""
        import torch

        pairs = []
        for start in range(0, len(crops), _ENCODED_AT_ONCE):
            rgb = np.ascontiguousarray(crops[start : start + _ENCODED_AT_ONCE, :, :, ::-1].transpose(0, 3, 1, 2))
            whole = torch.from_numpy(rgb).to(self.device, torch.float32) / 255
            hidden = whole.clone()
            hidden[:, :, CROP // 2 :] = 0
            with torch.inference_mode():
                pair = [self._vae.encode((half * 2 - 1).to(self._dtype)).latent_dist.mode() for half in (hidden, whole)]
                pairs.append((torch.cat(pair, dim=1) * self._scale).float().cpu().numpy())
        return np.concatenate(pairs) if pairs else np.zeros((0, CHANNELS, LATENT, LATENT), np.float32)

    def think(self, latents: NDArray[np.floating[Any]], tokens: Floats) -> torch.Tensor:
        """What the UNet makes of latent pairs (n, 8, 32, 32) and sound (n, 50, width), in one step: shape (n, 4, 32, 32)."""
        import torch

        given = torch.from_numpy(np.ascontiguousarray(latents)).to(self.device, self._dtype)
        heard = torch.from_numpy(tokens + self._positions).to(self.device, self._dtype)
        with torch.inference_mode():
            return self._unet(given, torch.zeros(1, device=self.device), encoder_hidden_states=heard).sample

    def paint(self, thought: torch.Tensor) -> Pixels:
        """The pixels of what the UNet made: BGR, shape (n, 256, 256, 3). Raises Fatal when they are no numbers."""
        import torch

        with torch.inference_mode():
            drawn = self._vae.decode(thought / self._scale).sample.float()
            if not bool(torch.isfinite(drawn).all()):
                raise Fatal(
                    f"MuseTalk draws no numbers in {'half' if self.half else 'full'} precision on {self.device}",
                    'set precision = "full", or check the model files',
                )
            whole = ((drawn / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
        return np.ascontiguousarray(whole.permute(0, 2, 3, 1).cpu().numpy()[..., ::-1])


def _place(device: Device) -> torch.device:
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise Fatal("torch sees no CUDA GPU here", 'set device = "cpu", or install a torch for this GPU and its driver')
    chosen = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(chosen)


def _unet(files: ModelFiles) -> Any:
    """The UNet with its weights: a bare state dict, as MuseTalk is published. Nothing in it is run while it is read."""
    import diffusers
    import torch

    config = msgspec.json.decode(files.unet_config.read_bytes(), type=dict[str, Any])
    with torch.device("meta"):
        unet = diffusers.UNet2DConditionModel.from_config(config)
    weights = torch.load(files.unet_weights, map_location="cpu", weights_only=True, mmap=True)
    unet.load_state_dict(weights, assign=True)
    return unet


def _read(what: Path, reading: Any, argument: Any) -> Any:
    try:
        return reading(argument)
    except _UNREADABLE as error:
        reason = " ".join(str(error).split())[:200]
        raise Fatal(f"{what} cannot be read: {reason}", "copy it again, whole") from error


def _fit(unet: Any, vae: Any, whisper: Any) -> None:
    """Raises Fatal where the three networks do not belong together."""
    faults = []
    if (unet.in_channels, unet.out_channels) != (CHANNELS, CHANNELS // 2):
        faults.append(f"its UNet takes {unet.in_channels} channels and gives {unet.out_channels}, not 8 and 4")
    if unet.cross_attention_dim != whisper.d_model:
        faults.append(f"its UNet listens to {unet.cross_attention_dim} values a token, whisper gives {whisper.d_model}")
    if whisper.encoder_layers != LAYERS - 1:
        faults.append(f"whisper has {whisper.encoder_layers} layers, not 4: whisper-tiny is the right one")
    if vae.latent_channels * 2 != CHANNELS:
        faults.append(f"its autoencoder has {vae.latent_channels} channels, not 4")
    if faults:
        raise Fatal(
            f"these are not the models of MuseTalk 1.5: {'; '.join(faults)}", "copy them again, all of one version"
        )
