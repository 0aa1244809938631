"""Scenes of shipments, with the real receiver but neither ssh nor packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bus.errors import AvatarError, Fatal, Wrong
from remote.shipping import shipment as module
from remote.shipping.landing import Landing
from remote.shipping.shipment import forget, recall, ship
from tests.remote.shipping.far_side import FarSide
from topology.plan import Host, Placement, Plan, Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="only on Linux and macOS: the other host has a sh")

MIB = 1 << 20


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FarSide:
    root = tmp_path / "checkout"
    (root / "bus").mkdir(parents=True)
    (root / "bus" / "hub.py").write_text("hub")
    (root / "pyproject.toml").write_text("[project]")
    monkeypatch.setattr(module, "code_root", lambda: root)
    return FarSide(tmp_path, monkeypatch)


def plan_with(model: Path) -> Plan:
    llm = Placement(actor="llm", engine="persona", host="gpu", settings={"persona": str(model)})
    return Plan(file="/a.toml", session=Session(), hosts={"gpu": Host(ssh="gpu")}, actors={"llm": llm})


def brought(model: Path) -> tuple[Landing, list[str]]:
    said: list[str] = []
    plan = plan_with(model)
    return ship(plan.hosts["gpu"], "gpu", plan, said.append), said


def sent(said: list[str]) -> list[str]:
    return [line for line in said if line.startswith("sent")]


def test_everything_arrives_as_it_was_and_the_second_time_nothing_is_sent(far: FarSide, tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(bytes(range(256)) * 12_000)
    landing, said = brought(model)
    assert sent(said)[-1] == "sent 2.9 of 2.9 MiB"
    assert Path(landing.files[str(model)]).read_bytes() == model.read_bytes()
    assert Path(landing.folder, "bus", "hub.py").read_text() == "hub"
    assert "Installed 3 packages in 1ms" in said
    assert landing.ports["swift"] != landing.ports["bulky"]
    again, said = brought(model)
    assert (again.python, again.folder, again.files) == (landing.python, landing.folder, landing.files)
    assert said == ["looking at what it needs", "logging in at gpu", "everything is there"]
    assert len(far.installs) == 1
    plan = plan_with(model)
    assert recall(plan.hosts["gpu"], "gpu", plan) == again
    model.write_bytes(b"another")
    assert recall(plan.hosts["gpu"], "gpu", plan) is None
    model.write_bytes(bytes(range(256)) * 12_000)
    forget(plan.hosts["gpu"], plan)
    assert recall(plan.hosts["gpu"], "gpu", plan) is None


def test_a_changed_file_is_sent_alone_and_a_changed_project_installed_anew(far: FarSide, tmp_path: Path) -> None:
    model, root = tmp_path / "model.gguf", tmp_path / "checkout"
    model.write_bytes(bytes(2 * MIB))
    first, _ = brought(model)
    (root / "bus" / "hub.py").write_text("hub, but better")
    second, said = brought(model)
    assert sent(said) == ["sent 0.0 of 0.0 MiB"]
    assert (first.folder == second.folder, first.python == second.python) == (False, True)
    (root / "pyproject.toml").write_text("[project] # with more")
    assert brought(model)[0].python != first.python
    assert len(far.installs) == 2


def test_a_folder_lands_as_a_folder(far: FarSide, tmp_path: Path) -> None:
    pack = tmp_path / "mia"
    (pack / "mouth").mkdir(parents=True)
    (pack / "mouth" / "a.png").write_text("a")
    (pack / "face.toml").write_text("face")
    there = Path(brought(pack)[0].files[str(pack)])
    assert there.name == "mia"
    assert (there / "mouth" / "a.png").read_text() == "a"
    assert far.shipped in there.parents


def test_what_was_broken_off_is_gone_on_with(far: FarSide, tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(bytes(range(256)) * 16_384)
    far.before = "ulimit -f 2048; "  # blocks of 512 or 1,024 bytes: the disk is full after 1 or 2 MiB
    with pytest.raises(Fatal, match="the disk of gpu is full"):
        brought(model)
    assert not any(path.name == "model.gguf" for path in far.shipped.rglob("*"))
    far.before = ""
    landing, said = brought(model)
    assert any(line.startswith("going on where it was broken off: ") for line in said)
    assert Path(landing.files[str(model)]).read_bytes() == model.read_bytes()


def test_a_part_that_is_not_of_this_file_is_sent_again(far: FarSide, tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(bytes(2 * MIB))
    landing, _ = brought(model)
    there = Path(landing.files[str(model)])
    blob = next(path for path in (far.shipped / "blobs").iterdir() if path.samefile(there))
    blob.rename(blob.with_suffix(".part"))
    blob.with_suffix(".part").write_bytes(b"something else")
    there.unlink()
    there.parent.rmdir()
    with pytest.raises(AvatarError, match="other than it was sent"):
        brought(model)
    assert Path(brought(model)[0].files[str(model)]).read_bytes() == model.read_bytes()


def test_an_installation_that_failed_is_told_and_tried_again(far: FarSide, tmp_path: Path) -> None:
    model = tmp_path / "persona.toml"
    model.write_text("me")
    (far.home / "uv.fails").write_text("error: Failed to fetch: `https://index.example/simple/numpy/`\n")
    with pytest.raises(AvatarError, match="cannot reach the package index"):
        brought(model)
    (far.home / "uv.fails").unlink()
    assert Path(brought(model)[0].python).exists()


def test_a_home_that_cannot_be_written_is_told(far: FarSide, tmp_path: Path) -> None:
    (tmp_path / "persona.toml").write_text("me")
    (far.home / ".local").write_text("a file where a folder should be")
    with pytest.raises(Wrong, match="nothing can be written into"):
        brought(tmp_path / "persona.toml")


def test_a_host_without_python_is_told_what_to_install(far: FarSide, tmp_path: Path) -> None:
    (tmp_path / "persona.toml").write_text("me")
    for name in ("python3", "uv"):
        (far.bin / name).unlink()
    with pytest.raises(Fatal, match="no Python that can be used") as error:
        brought(tmp_path / "persona.toml")
    assert "apt install" in error.value.todo
