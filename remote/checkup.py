"""Checkup of this host: what a call needs from it, found out by trying and not by guessing."""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from remote.finding import Finding
from topology.ports import free_port, is_free

MIN_FREE_BYTES = 2 * 1024**3
"""A minute of recorded call is about 30 MB; models of the real engines are gigabytes."""

_OBS_CAMERA = r"SOFTWARE\Classes\CLSID\{A3FCE0F5-3493-419F-958A-ABA1250EC20B}"
"""Registry key of the OBS virtual camera, the one that pyvirtualcam looks for."""


def checkup(out: Path) -> Iterator[Finding]:
    """Every finding about this host, one after the other. `out`: folder that recordings would go to."""
    yield _python()
    yield from map(_package, ("pyzmq", "msgspec", "numpy", "onnxruntime", "opencv-python-headless", "av"))
    yield _tried("espeak-ng", _load_espeak, "pip install --force-reinstall espeakng-loader")
    yield _tried("silero vad", _find_silero, "pip install --force-reinstall --no-deps silero-vad")
    yield _tried("pocketsphinx", _find_pocketsphinx, "pip install --force-reinstall pocketsphinx")
    yield _disk(out)
    yield _port()
    yield _sound()
    yield _camera()
    yield _terminal(sys.stdout.encoding or "")


def _python() -> Finding:
    what = f"{platform.python_version()} on {platform.platform(terse=True)}"
    return Finding(subject="python", verdict="ok", what=what)


def _package(name: str) -> Finding:
    try:
        return Finding(subject=name, verdict="ok", what=importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(subject=name, verdict="fail", what="not installed", todo="uv sync, or pip install avatar-call")


def _tried(subject: str, attempt: Callable[[], str], todo: str) -> Finding:
    try:
        return Finding(subject=subject, verdict="ok", what=attempt())
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Finding(subject=subject, verdict="fail", what=line, todo=todo)


def _load_espeak() -> str:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Info.restype = ctypes.c_char_p
    version = bytes(library.espeak_Info(None)).decode()
    if not Path(espeakng_loader.get_data_path(), "phontab").exists():
        raise OSError("its data is missing")
    return version


def _find_silero() -> str:
    import onnxruntime

    # Found without importing it: the package imports torch, which avatar does not need.
    spec = importlib.util.find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("not installed")
    model = Path(spec.submodule_search_locations[0], "data", "silero_vad.onnx")
    onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    return f"{model.name} loads"


def _find_pocketsphinx() -> str:
    import pocketsphinx

    model = Path(pocketsphinx.get_model_path(), "en-us", "en-us")
    if not model.is_dir():
        raise OSError("its English model is missing")
    return "English model found"


def _disk(out: Path) -> Finding:
    folder = next(parent for parent in (out.absolute(), *out.absolute().parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    what = f"{free / 1024**3:.1f} GiB free in {folder}"
    if free < MIN_FREE_BYTES:
        return Finding(subject="disk", verdict="warn", what=what, todo="free some space, recordings go there")
    return Finding(subject="disk", verdict="ok", what=what)


def _port() -> Finding:
    try:
        port = free_port()
    except OSError as error:
        return _no_port(str(error))
    return (
        Finding(subject="ports", verdict="ok", what="127.0.0.1 lets us listen")
        if is_free(port)
        else _no_port(f"port {port} was given and refused")
    )


def _no_port(why: str) -> Finding:
    # Hyper-V, WSL and Docker reserve blocks of ports, and a bind in them fails though nobody listens.
    todo = "netsh int ipv4 show excludedportrange protocol=tcp" if sys.platform == "win32" else "look at your firewall"
    return Finding(subject="ports", verdict="fail", what=f"cannot listen on 127.0.0.1: {why}", todo=todo)


def _sound() -> Finding:
    todo = "only needed for real devices: pip install sounddevice (and on Linux: apt install libportaudio2)"
    if importlib.util.find_spec("sounddevice") is None:
        return Finding(subject="sound", verdict="warn", what="sounddevice is not installed", todo=todo)
    try:
        import sounddevice

        devices = list(sounddevice.query_devices())
    except (OSError, RuntimeError) as error:
        return Finding(subject="sound", verdict="warn", what=str(error), todo=todo)
    inputs = sum(device["max_input_channels"] > 0 for device in devices)
    outputs = sum(device["max_output_channels"] > 0 for device in devices)
    what = f"{inputs} microphones, {outputs} outputs"
    if inputs and outputs:
        return Finding(subject="sound", verdict="ok", what=what)
    return Finding(subject="sound", verdict="warn", what=what, todo="use the engines file or web, or add a device")


def _camera() -> Finding:
    if _has_camera_driver():
        return Finding(subject="camera", verdict="ok", what="a virtual camera is installed")
    todo = {
        "win32": "install OBS Studio 28 or newer",
        "darwin": "install OBS Studio and start its virtual camera once",
    }.get(sys.platform, 'sudo modprobe v4l2loopback exclusive_caps=1 card_label="avatar"')
    return Finding(subject="camera", verdict="warn", what="no virtual camera, for cam-out's engine camera", todo=todo)


def _has_camera_driver() -> bool:
    if sys.platform == "win32":
        import winreg

        try:
            winreg.CloseKey(winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _OBS_CAMERA))
        except OSError:
            return False
        return True
    if sys.platform == "darwin":
        return Path("/Applications/OBS.app").exists()
    return Path("/sys/module/v4l2loopback").exists()


def _terminal(encoding: str) -> Finding:
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return Finding(subject="terminal", verdict="ok", what="UTF-8")
    todo = "set PYTHONUTF8=1 in the environment" + (" and type: chcp 65001" if sys.platform == "win32" else "")
    return Finding(subject="terminal", verdict="warn", what=f"{encoding or 'unknown'}, not UTF-8", todo=todo)
