"""Saving replaces the old file at once and whole, or leaves it as it was."""

import errno
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gdstudio.errors import BadInput
from gdstudio.storage import atomic_file
from gdstudio.storage.atomic_file import check_place, replacing

OLD = b"what was there before"
NEW = b"new" * 5000

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


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


def refusals(path):
    """Return the sentences with which saving to `path`, and looking ahead to it, are refused."""
    sentences = []
    for attempt in (save, check_place):
        with pytest.raises(BadInput) as caught:
            attempt(path)
        sentence = str(caught.value)
        assert sentence.endswith(".")
        assert len(sentence) < 400
        sentences.append(sentence)
    return " ".join(sentences)


@posix
def test_only_an_ordinary_file_is_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to(pipe)
    for path in (pipe, link, Path("/dev/null")):
        assert "a device or a pipe" in refusals(path)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert sorted(os.listdir(tmp_path)) == ["link", "pipe"]


@posix
def test_a_device_survives_even_the_owner_of_the_machine(tmp_path):
    device = tmp_path / "device"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except OSError:
        pytest.skip("only the owner of a machine makes devices")
    refusals(device)
    assert stat.S_ISCHR(device.stat().st_mode)


def test_a_read_only_file_is_refused(saved):
    saved.chmod(0o444)
    assert "read-only" in refusals(saved)
    assert saved.read_bytes() == OLD


@posix
def test_what_can_be_no_place_is_known_ahead(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "symbolic link" in refusals(loop)
    assert "File name too long" in refusals(tmp_path / ("n" * 256))
    assert "shorter name" in refusals(tmp_path / ("n" * 256))
    assert "its folder does not exist" in refusals(tmp_path / "nowhere" / "a")
    assert "it is a folder" in refusals(tmp_path)
    assert "NUL" in refusals(tmp_path / "a\0b")
    assert os.listdir(tmp_path) == ["loop"]


def test_looking_ahead_leaves_everything_as_it_was(saved):
    check_place(saved)
    check_place(saved.with_name("another"))
    assert saved.read_bytes() == OLD
    assert os.listdir(saved.parent) == [saved.name]


def test_a_name_as_long_as_the_disk_takes_is_taken(tmp_path):
    path = tmp_path / ("n" * 255)
    check_place(path)
    save(path)
    assert path.read_bytes() == NEW


@posix
def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path, saved):
    link = tmp_path / "link"
    link.symlink_to(saved)
    save(link)
    assert link.is_symlink()
    assert saved.read_bytes() == NEW
    nowhere = tmp_path / "nowhere"
    nowhere.symlink_to(tmp_path / "new")
    save(nowhere)
    assert (tmp_path / "new").read_bytes() == NEW


@posix
def test_permissions_and_owner_stay(saved):
    saved.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(saved, 12345, 12345)
    before = saved.stat()
    save(saved)
    after = saved.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )


SAVES_FOR_EVER = """
import pathlib, sys, time
from gdstudio.storage.atomic_file import replacing
with replacing(pathlib.Path(sys.argv[1])) as temporary:
    temporary.write_bytes(b"half")
    print("written", flush=True)
    time.sleep(600)
"""


@posix
def test_what_a_killed_save_left_goes_at_the_next(saved):
    def start():
        child = subprocess.Popen(
            [sys.executable, "-c", SAVES_FOR_EVER, saved], stdout=subprocess.PIPE
        )
        assert child.stdout.readline() == b"written\n"
        return child

    mine = saved.with_name(".good.safetensors.abcd1234")
    mine.write_bytes(b"somebody's own")
    with start() as killed:
        killed.send_signal(signal.SIGKILL)
    assert len(os.listdir(saved.parent)) == 3
    with start() as alive:
        # What another program is writing at the moment is left to it, however old.
        (unfinished,) = saved.parent.glob("*-part")
        os.utime(unfinished, (0, 0))
        save(saved)
        assert sorted(os.listdir(saved.parent)) == sorted([mine.name, saved.name, unfinished.name])
        alive.kill()
    save(saved)
    assert sorted(os.listdir(saved.parent)) == sorted([mine.name, saved.name])
    assert saved.read_bytes() == NEW


def test_where_nothing_can_be_locked_only_old_leftovers_go(saved, monkeypatch):
    monkeypatch.setattr(atomic_file, "fcntl", None)
    old = saved.with_name(".x.1.gdstudio-part")
    young = saved.with_name(".x.2.gdstudio-part")
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    save(saved)
    assert sorted(os.listdir(saved.parent)) == sorted([saved.name, young.name])


def save_many(path, count):
    for _ in range(count):
        save(path)


def test_several_programs_saving_at_once_do_not_disturb_each_other(saved):
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=save_many, args=(saved, 40)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert saved.read_bytes() == NEW
    assert os.listdir(saved.parent) == [saved.name]
