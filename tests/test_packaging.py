"""What a new user meets first: the commands of the pages, the licence files, a light start."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import gdstudio
from gdstudio.app.system_check import DEBIAN_PACKAGES
from gdstudio.cli.commands import COMMANDS
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.training import TrainingSettings
from gdstudio.experiment.scenario import VOCABULARIES

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def command(name: str, page: str) -> str:
    """Return the command that stands between the marks `name` of a page."""
    found = re.search(
        rf"<!-- {name}:begin -->\n```\w+\n(.+)\n```\n<!-- {name}:end -->", PAGES[page]
    )  # one line: a dot does not match a line break
    assert found, f"{page} has no one-line command marked {name}"
    return found[1]


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        cwd=ROOT,
    )


@pytest.mark.parametrize("system", ["debian", "macos", "windows"])
def test_one_line_starts_the_app_and_one_tests_it(system):
    start = command(f"start-{system}", "learner.md")
    assert re.search(r"pip install \.(;| &&) \.venv\S+gdstudio$", start)
    assert re.search(
        r"pip install -e \"\.\[test\]\"(;| &&) \.venv\S+pytest -n auto --dist loadfile$",
        command(f"tests-{system}", "README.md" if system == "debian" else "developer.md"),
    )


def test_the_readme_starts_the_app_as_the_page_for_learners_does():
    assert command("start-debian", "README.md") == command("start-debian", "learner.md")


def test_both_debian_lines_install_the_same_system_packages_and_tests_a_readers_side():
    lists = [
        re.search(r"apt-get install -y (.+?) && python3", command(f"{what}-debian", "README.md"))[
            1
        ].split()
        for what in ("start", "tests")
    ]
    reader = ["xvfb", "dbus", "at-spi2-core", "gir1.2-atspi-2.0", "python3-gi"]
    assert [*lists[0], *reader] == lists[1]
    unknown = set(lists[0]) - {"python3-venv"} - set(DEBIAN_PACKAGES.values())
    assert not unknown, f"the start-up check does not know {unknown}"


def test_ci_runs_the_readmes_own_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- tests-debian:begin -->" in script
    assert "apt-get" not in script


def test_links_and_licence_files_exist():
    files = [*PROJECT["project"]["license-files"]]
    for page in ("README.md", "CONTRIBUTING.md"):
        files += [link for link in re.findall(r"\]\(([^)#]+)", PAGES[page]) if "://" not in link]
    missing = [file for file in files if not (ROOT / file).is_file()]
    assert not missing


def anchors(page: str) -> set[str]:
    """Return how links name the headings of a page, as GitHub and MyST have it."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def test_links_to_headings_of_other_pages_meet_one():
    """Sphinx holds the pages to it; README and CONTRIBUTING are read elsewhere."""
    for name in ("README.md", "CONTRIBUTING.md"):
        for file, heading in re.findall(r"\]\(docs/([\w-]+\.md)#([\w-]+)\)", PAGES[name]):
            assert heading in anchors(PAGES[file]), (name, file, heading)


def test_shipped_folders_exist_and_hold_files():
    shipped = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    empty = [folder for folder in shipped if not any((ROOT / folder).rglob("*.*"))]
    assert not empty


def test_the_changelog_knows_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {gdstudio.__version__} " in changelog


def test_a_child_process_pays_nothing_for_the_start_module():
    ended = run_python("-c", "import sys, gdstudio.__main__; print(*sorted(sys.modules))")
    modules = {name.split(".")[0] for name in ended.stdout.split()}
    assert "gdstudio" in modules
    assert not modules & {"PySide6", "numpy", "pyqtgraph", "typer"}


def test_the_command_line_never_loads_qt():
    ended = run_python(
        "-c",
        "import sys; from gdstudio.cli.main import run\n"
        "code = run(['fit', 'ten-houses', '--json'])\n"
        "print(code, *sys.modules)",
    )
    code, *modules = ended.stdout.splitlines()[-1].split()
    assert code == "0"
    assert not [name for name in modules if name.startswith(("PySide6", "pyqtgraph"))]
    commands = {path.stem for path in (ROOT / "gdstudio/cli").glob("*.py")}
    loaded = {name.removeprefix("gdstudio.cli.") for name in modules} & commands
    assert loaded <= {"fit", "commands", "main", "options", "output"}, "one command, no other"


def test_the_window_opens_without_what_only_a_button_or_its_menu_asks_for():
    ended = run_python(
        "-c",
        "import linecache, os, sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gdstudio.app.application import create_main_window\n"
        "application = QApplication([])\n"
        "window = create_main_window()\n"
        "window.show()\n"
        "print(len(linecache.cache), *sys.modules, flush=True)\n"
        "os._exit(0)",
    )
    read, *modules = ended.stdout.split()
    # PySide would read the source of each module, to see what it uses of PySide.
    assert int(read) < len(modules) / 4
    modules = set(modules)
    assert "gdstudio.app.main_window" in modules
    assert not modules & {
        *("gdstudio.app.about", "gdstudio.app.checkup.checks", "gdstudio.app.guide.class_dialog"),
        *("gdstudio.app.menu_entry", "gdstudio.licences", "importlib.metadata"),
        *("gdstudio.app.worksheets.pdf", "gdstudio.experiment.worksheets.points"),
        *(
            "gdstudio.data.own_symbols",
            "gdstudio.runs.sweep.findings",
        ),
        *("gdstudio.app.labs.runs.runs_dialog", "numpy.ma"),
    }


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_knows_few_letters_stops_nothing(encoding, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    ended = run_python("-m", "gdstudio", "fit", "ten-houses", "--steps", "1")
    assert ended.returncode == 0, ended.stderr
    assert "0.677345" in ended.stdout


def test_the_fit_of_the_page_prints_the_figures_that_it_shows():
    page = PAGES["command-line.md"]
    line = re.search(r"^\$ gdstudio (fit .+)$", page, re.MULTILINE)[1]
    steps = json.loads(run_python("-m", "gdstudio", *shlex.split(line), "--json").stdout)["steps"]
    for step in steps:
        figures = [step["intercept"], step["slope"], step["sse"], *step["gradient"]]
        row = re.search(rf"^│ {step['step']} +│(.+)│$", page, re.MULTILINE)
        shown = [float(cell) for cell in row[1].split("│")]
        assert shown == pytest.approx(figures, rel=5e-6), row[0]


def test_the_page_has_the_options_of_every_command():
    asked = re.findall(
        r"^```{program-output} gdstudio ?(.*) --help$", PAGES["command-line.md"], re.M
    )
    assert asked[0] == ""
    commands = {name.split()[0] for name in asked[1:]}
    assert commands == {*COMMANDS, "open", "screenshots"}


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "developer.md"])
def test_the_programs_that_the_pages_name_are_there(page):
    there = {
        one.relative_to(ROOT).as_posix()
        for folder in ("gdstudio", "tests", "packaging")
        for one in (ROOT / folder).rglob("*.py")
    }
    for name in re.findall(r"`([\w/]+\.py)`", PAGES[page]):
        assert any(f"/{one}".endswith(f"/{name}") for one in there), name


@pytest.mark.parametrize("lab", list(VOCABULARIES))
def test_the_names_of_setup_codes_are_listed(lab):
    codes, _ = PAGES["readings.md"].split("## Readings")
    rows = re.findall(rf"^\| (?:`{lab}`|all of them) \|(.+)$", codes, re.MULTILINE)
    assert len(rows) == 2
    named = set(re.findall(r"`(\w+)(?:=[^`]*)?`", " ".join(rows)))
    names = {name for name in VOCABULARIES[lab].all if "." not in name}
    if lab == "digits":  # the command's help lists the rest
        names &= {*TrainingSettings.declared(), *NetworkSettings.declared(), "dataset", "speed"}
    assert names <= named


def test_the_import_rules_keep_every_lab_from_every_other():
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (rule,) = (one for one in contracts if one["name"] == "One lab never imports another")
    # The others hold what labs have in common.
    folders = {lab.parent.name for lab in (ROOT / "gdstudio/app/labs").glob("*/lab.py")}
    assert {module.rpartition(".")[2] for module in rule["modules"]} == folders
