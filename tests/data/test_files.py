"""A file that a person named is opened, or refused with one true sentence; it never waits."""

import os
import sys

import pytest

from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def refusal(path, size_limit=1000):
    with pytest.raises(BadInput) as caught:
        read_bytes(path, size_limit=size_limit)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert len(sentence) < 400
    return sentence


def test_an_ordinary_file_is_read(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"content")
    assert read_bytes(path, size_limit=7) == b"content"
    assert "at most" in refusal(path, size_limit=6)


@posix
def test_a_pipe_or_a_device_is_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    link = tmp_path / "link.png"
    link.symlink_to(pipe)
    for path in (pipe, link, "/dev/zero", "/dev/null"):
        assert "save what comes from it in a file" in refusal(path)


@posix
def test_a_pipe_that_takes_the_place_of_a_file_is_refused_at_once(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"[]")
    real_open = os.open

    def swapped(name, flags, *rest):
        path.unlink()
        os.mkfifo(path)
        return real_open(name, flags, *rest)

    monkeypatch.setattr(os, "open", swapped)
    assert "not an ordinary file" in refusal(path)


@posix
def test_a_file_of_the_system_that_says_it_is_empty_is_bounded_too():
    path = "/proc/self/maps"
    if not os.path.exists(path):
        pytest.skip("there is no such file here")
    assert "at most" in refusal(path, size_limit=10)


@posix
def test_names_and_links_that_lead_nowhere_are_refused(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "symbolic link" in refusal(loop)
    assert "File name too long" in refusal(tmp_path / ("n" * 256))
    assert "cannot be read" in refusal(tmp_path / "a\0b")
    assert "There is no file" in refusal(tmp_path / "missing")
    assert "is a folder" in refusal(tmp_path)
    assert "is a folder" in refusal("/")
