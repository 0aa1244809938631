"""Scenes of the networks, on tiny random ones of the same architecture: shapes, order and scale, each against its definition."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from actors.face.musetalk.models import ModelFiles, find_models
from actors.face.musetalk.network import Network
from actors.face.musetalk.window import positions
from bus.errors import Fatal
from tests.actors.face.musetalk.tiny import WIDTH, make_whisper


@pytest.fixture(scope="module")
def files(tiny_models: Path) -> ModelFiles:
    return find_models(tiny_models)


@pytest.fixture(scope="module")
def network(files: ModelFiles) -> Network:
    return Network.load(files, "cpu")


@pytest.fixture
def copied(tiny_models: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_models, tmp_path / "models"))


@pytest.fixture
def no_gradients(tiny_models: Path) -> Iterator[None]:
    import torch

    with torch.inference_mode():
        yield


def random(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(1).standard_normal(shape).astype(np.float32)


@pytest.mark.usefixtures("no_gradients")
def test_sound_becomes_five_states_for_each_20_ms(network: Network, files: ModelFiles) -> None:
    import torch
    import transformers

    sound = random(16_000 + 100) * 0.1
    steps = network.hear(sound)
    assert steps.shape == (50, 5, WIDTH)
    encoder = transformers.WhisperModel.from_pretrained(files.whisper).encoder.eval()
    mel = transformers.WhisperFeatureExtractor()(sound, sampling_rate=16_000, return_tensors="pt").input_features
    assert tuple(mel.shape) == (1, 80, 3000)
    told = encoder(mel, output_hidden_states=True)
    assert len(told.hidden_states) == 5
    assert torch.equal(told.hidden_states[-1], told.last_hidden_state), "the last one is normed, as in training"
    for layer, states in enumerate(told.hidden_states):
        assert np.allclose(steps[:, layer], states[0, :50].numpy(), atol=1e-5)


def test_less_than_a_step_of_sound_gives_no_features(network: Network) -> None:
    assert network.hear(np.zeros(319, np.float32)).shape == (0, 5, WIDTH)


@pytest.mark.usefixtures("no_gradients")
def test_a_latent_pair_is_the_hidden_half_first_and_then_the_whole_picture(network: Network, files: ModelFiles) -> None:
    import diffusers
    import torch

    crop = np.random.default_rng(2).integers(0, 256, (1, 256, 256, 3)).astype(np.uint8)
    pair = network.encode(crop)
    assert pair.shape == (1, 8, 32, 32)
    vae = diffusers.AutoencoderKL.from_pretrained(files.vae).eval()
    rgb = torch.from_numpy(crop[..., ::-1].astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1
    hidden = rgb.clone()
    hidden[:, :, 128:] = -1
    for place, given in ((slice(0, 4), hidden), (slice(4, 8), rgb)):
        wanted = vae.encode(given).latent_dist.mode() * 0.18215
        assert np.allclose(pair[:, place], wanted.numpy(), atol=1e-4)


def test_encoding_draws_no_lots(network: Network) -> None:
    crops = np.full((3, 256, 256, 3), 90, np.uint8)
    once = network.encode(crops)
    assert np.array_equal(once, network.encode(crops))
    assert network.encode(crops[:0]).shape == (0, 8, 32, 32)


@pytest.mark.usefixtures("no_gradients")
def test_a_picture_is_one_step_of_the_unet_at_time_0_with_the_places_of_the_tokens_added(
    network: Network, files: ModelFiles
) -> None:
    import diffusers
    import msgspec
    import torch

    latents, tokens = random(2, 8, 32, 32), random(2, 50, WIDTH)
    thought = network.think(latents, tokens)
    config = msgspec.json.decode(files.unet_config.read_bytes())
    unet = diffusers.UNet2DConditionModel(**config).eval()
    unet.load_state_dict(torch.load(files.unet_weights, weights_only=True))
    heard = torch.from_numpy(tokens + positions(WIDTH))
    wanted = unet(torch.from_numpy(latents), torch.tensor([0]), encoder_hidden_states=heard).sample
    assert tuple(thought.shape) == (2, 4, 32, 32)
    assert torch.allclose(thought, wanted, atol=1e-5)
    vae = diffusers.AutoencoderKL.from_pretrained(files.vae).eval()
    pixels = (vae.decode(wanted / 0.18215).sample / 2 + 0.5).clamp(0, 1) * 255
    drawn = network.paint(thought)
    assert drawn.shape == (2, 256, 256, 3)
    assert drawn.dtype == np.uint8
    rgb = drawn[..., ::-1].transpose(0, 3, 1, 2).astype(float)
    assert np.abs(rgb - pixels.numpy()).max() < 0.51, "BGR, rounded"


def test_a_picture_does_not_depend_on_what_else_is_in_its_batch(network: Network) -> None:
    latents, tokens = random(4, 8, 32, 32), random(4, 50, WIDTH)
    together = network.paint(network.think(latents, tokens))
    alone = network.paint(network.think(latents[1:2], tokens[1:2]))
    assert np.abs(together[1].astype(int) - alone[0]).max() <= 1


def test_what_is_no_number_is_an_error_and_not_a_black_box(network: Network) -> None:
    with pytest.raises(Fatal, match="draws no numbers in full precision on cpu") as refusal:
        network.paint(network.think(np.full((1, 8, 32, 32), np.nan, np.float32), random(1, 50, WIDTH)))
    assert 'precision = "full"' in refusal.value.todo


def test_without_the_extra_it_says_how_to_install_it(files: ModelFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "diffusers", None)
    with pytest.raises(Fatal, match="not installed") as refusal:
        Network.load(files)
    assert refusal.value.todo == "install them: uv sync --extra musetalk"


def test_a_gpu_that_is_not_there_is_told(files: ModelFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(Fatal, match="no CUDA GPU"):
        Network.load(files, "cuda")
    assert Network.load(files).device.type == "cpu"


@pytest.mark.parametrize(
    "file", ["musetalkV15/unet.pth", "musetalkV15/musetalk.json", "sd-vae/config.json", "whisper/config.json"]
)
def test_a_torn_file_is_named(copied: Path, file: str) -> None:
    path = copied / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Fatal, match=f"{Path(file).parent.name}.* cannot be read"):
        Network.load(find_models(copied), "cpu")


def test_weights_of_another_network_are_refused(copied: Path) -> None:
    config = copied / "musetalkV15" / "musetalk.json"
    config.write_bytes(config.read_bytes().replace(b'"in_channels":8', b'"in_channels":4'))
    with pytest.raises(Fatal, match=r"unet\.pth cannot be read"):
        Network.load(find_models(copied), "cpu")


def test_a_whisper_that_is_not_the_tiny_one_is_refused(copied: Path) -> None:
    shutil.rmtree(copied / "whisper")
    make_whisper(copied / "whisper", layers=6)
    with pytest.raises(Fatal, match="6 layers, not 4"):
        Network.load(find_models(copied), "cpu")
