"""Names and texts from files are shown, and are never orders to the terminal."""

import io
import json
import sys

import pytest

from gdstudio.cli import output
from gdstudio.cli.main import run
from gdstudio.visible_text import visible

EVIL = "a\x1b]0;owned\x07\x9b31mb\x7f[red]c[/red] :smile: \u202e\udc80\nd\te"
SHOWN = r"a\x1b]0;owned\x07\x9b31mb\x7f[red]c[/red] :smile: \u202e\udc80\nd\te"


def test_orders_are_spelled_out_and_letters_stay():
    assert visible(EVIL) == SHOWN
    for text in ("plain", "Größe in m² – ₹ 39,07,000 – 家 – 👩‍🔬", "x⁴ − 3x²", r"C:\new"):
        assert visible(text) == text


def test_what_is_printed_is_plain(capsys):
    output.say(EVIL)
    output.complain(EVIL)
    output.print_table([EVIL, "b"], [[EVIL, "[bold]1[/bold]"]])
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == SHOWN
    assert said.err == f"{SHOWN}\n"
    assert "[bold]1[/bold]" in said.out
    assert not set(said.out) & set("\x1b\x07\x9b\x7f\t\u202e")


def test_json_stays_json_and_has_no_orders_either(capsys):
    output.print_json({"file": EVIL, "number": float("nan")})
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {"file": EVIL, "number": None}
    assert not set(line) & set("\x1b\x07\x9b\x7f\t\u202e")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_names_of_files_are_plain_in_all_commands(tmp_path, capsys):
    name = "\x1b[31mred\x1b[0m[red]:smile:.csv"
    path = tmp_path / name
    path.write_text("\x1b[5ma,[red]b\n1,2\n2,3\n3,5\n")
    for arguments in (
        ["fit", str(path), "--steps", "1"],
        ["fit", str(path), "--input", "\x1b[31m"],
        ["evaluate", str(path)],
        ["classify", str(path), str(path)],
        ["train", "--save", str(path / name)],
        ["train", "--network", name],
        ["descend", name],
        ["descend", "x", "--start", name],
        [name],
        ["train", f"--{name}"],
    ):
        run(arguments)
        said = capsys.readouterr()
        assert "\x1b" not in said.out + said.err, arguments
        assert "😄" not in said.out + said.err, arguments
    run(["fit", str(path), "--steps", "1"])
    assert "[red]b = " in capsys.readouterr().out


def test_a_lost_terminal_is_no_matter(monkeypatch):
    class Lost(io.StringIO):
        def write(self, text):
            raise OSError(5, "Input/output error")

        def flush(self):
            raise OSError(5, "Input/output error")

    for stream in (Lost(), None):
        monkeypatch.setattr(sys, "stderr", stream)
        output.complain("nobody hears it")
        output.error_console.print("nor this")
        with output.progress_bar() as progress:
            progress.add_task("work", total=3, figures="")
