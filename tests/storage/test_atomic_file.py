"""Saving replaces the old file at once and whole, or leaves it as it was."""

import errno
import os
from pathlib import Path

import pytest

from gdstudio.errors import BadInput
from gdstudio.storage.atomic_file import replacing

OLD = b"what was there before"
NEW = b"new" * 5000


@pytest.fixture
def saved(tmp_path):
    """Where an older file is."""
    path = tmp_path / "good.safetensors"
    path.write_bytes(OLD)
    return path


def save(path):
    with replacing(path) as temporary:
        temporary.write_bytes(NEW)


def test_the_new_file_takes_the_place_of_the_old(saved):
    with replacing(saved) as temporary:
        temporary.write_bytes(NEW)
        assert saved.read_bytes() == OLD
    assert saved.read_bytes() == NEW
    assert os.listdir(saved.parent) == [saved.name]


def fail_with(code):
    def fail(*arguments, **options):
        raise OSError(code, os.strerror(code))

    return fail


def written_in_part(self, data):
    """Write as much as the disk takes, then find it full."""
    with self.open("wb") as file:
        file.write(data[: len(data) // 2])
    fail_with(errno.ENOSPC)()


@pytest.mark.parametrize(
    ("owner", "name", "replacement"),
    [
        (Path, "write_bytes", written_in_part),
        (os, "fsync", fail_with(errno.ENOSPC)),
        (os, "replace", fail_with(errno.EACCES)),
        (os, "open", fail_with(errno.EROFS)),
    ],
)
def test_when_saving_fails_the_old_file_survives(saved, monkeypatch, owner, name, replacement):
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, replacement)
        with pytest.raises(BadInput, match=r"good\.safetensors could not be saved \(.*save again"):
            save(saved)
    assert saved.read_bytes() == OLD
    assert os.listdir(saved.parent) == [saved.name]


def test_a_full_disk_is_full(saved):
    """Not a pretence: a limit that the operating system sets to the size of files."""
    resource = pytest.importorskip("resource")
    import signal

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(BadInput, match="could not be saved"):
            save(saved)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert saved.read_bytes() == OLD
    assert os.listdir(saved.parent) == [saved.name]


def test_saving_where_there_is_no_folder_or_a_folder_is_refused(tmp_path):
    with pytest.raises(BadInput, match="could not be saved"):
        save(tmp_path / "nowhere" / "a.safetensors")
    folder = tmp_path / "a.safetensors"
    folder.mkdir()
    with pytest.raises(BadInput, match="could not be saved"):
        save(folder)
    assert os.listdir(tmp_path) == ["a.safetensors"]


def test_an_interruption_leaves_nothing_behind(saved, monkeypatch):
    def interrupted(self, data):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(saved)
    assert saved.read_bytes() == OLD
    assert os.listdir(saved.parent) == [saved.name]
