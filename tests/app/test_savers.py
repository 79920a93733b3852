"""Whatever the app saves, it replaces ordinary files only, and clears up after killed saves."""

import os
import stat
import sys

import numpy as np
import pytest

from gdstudio.app.preferences import Preferences
from gdstudio.app.widgets.export import save_picture, save_table, write_whole
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.worksheets.pdf import save_worksheet
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.worksheets.worksheet import Worksheet
from gdstudio.storage.network_file import NetworkFile, save_network

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def network(path):
    settings = NetworkSettings(network="3")
    parameters = settings.build().initial_parameters(np.random.default_rng(0))
    save_network(path, NetworkFile(settings, parameters))


def picture(path):
    save_picture(text_label("shown"), path)


def worksheet(path):
    sheet = Worksheet(title="t", aim="a", givens=(), tasks=(), note="n", check="c")
    save_worksheet(sheet, path)


def preferences(path):
    Preferences("dark", path=path).save()


SAVERS = {
    "n.safetensors": network,
    "p.png": picture,
    "p.svg": picture,
    "t.csv": lambda path: save_table(["a"], [[1]], path),
    "w.pdf": worksheet,
    "screenshot.png": lambda path: write_whole(path, b"x"),
    "preferences.json": preferences,
}


@pytest.mark.parametrize("name", SAVERS)
def test_every_saver_leaves_a_pipe_alone_and_a_read_only_file(qapp, tmp_path, caplog, name):
    path, save = tmp_path / name, SAVERS[name]
    os.mkfifo(path)
    refused(save, path, "a device or a pipe", caplog)
    assert stat.S_ISFIFO(path.stat().st_mode)
    path.unlink()
    path.write_bytes(b"precious")
    path.chmod(0o400)
    refused(save, path, "read-only", caplog)
    assert path.read_bytes() == b"precious"
    path.chmod(0o600)
    (tmp_path / ".left.abc.gdstudio-part").touch()
    save(path)
    assert path.read_bytes() != b"precious"
    assert os.listdir(tmp_path) == [name]


def refused(save, path, reason, caplog):
    if save is preferences:
        save(path)
        assert reason in caplog.text
    else:
        with pytest.raises(BadInput, match=reason):
            save(path)
