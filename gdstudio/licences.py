"""What the app is made of: each part with its version, its licence and the licence's whole text.

A portable folder brings the list along, as it was gathered when the folder was built. Elsewhere it
is gathered from what is installed: from the app's requirements, and theirs.
"""

import json
import os
import re
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import gdstudio
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path

INDEX = "index.json"
# Distributions without a licence text of their own: where theirs are among our resources.
_TEXTS_OF_OURS = {
    "pyside6-essentials": ("Qt.txt", "LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("Qt.txt", "LGPL-3.0.txt", "GPL-3.0.txt"),
    "pyopengl": ("PyOpenGL.txt",),
}
_LICENCE_FILE = re.compile(r"(?i)(^|[._-])(licen[cs]es?|copying|notice)([._-]|$)")
_RULE = "=" * 78


@dataclass(frozen=True)
class Part:
    """A part of the app that somebody made.

    Attributes:
        name: what it is called.
        version: which one it is; empty for data.
        licence: the licence in a few words.
        text: the whole text of the licence, with its notices.
    """

    name: str
    version: str
    licence: str
    text: str


def parts() -> list[Part]:
    """Return all that the running app is made of, itself first.

    Raises:
        BadInput: if a part has no licence text.
    """
    try:
        return read(resource_path("licences", "gathered"))
    except FileNotFoundError:
        return [*own_parts(), *python_part(), *gather(requirements())]


def own_parts() -> list[Part]:
    """Return the app itself, its data and its typeface."""
    data = resource_path("datasets", "LICENSES.md").read_text(encoding="utf-8")
    font = resource_path("fonts", "OFL.txt").read_text(encoding="utf-8")
    return [
        Part("Gradient Descent Studio", gdstudio.__version__, "MIT", _own_text()),
        Part("The data sets", "", "each its own, as its text says", data),
        Part("The typeface Inter", "", "SIL Open Font License 1.1", font),
    ]


def python_part() -> list[Part]:
    """Return Python, in a list that is empty where its licence text is not installed."""
    version = f"python{sysconfig.get_python_version()}"
    for path in (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sysconfig.get_path("stdlib")).parent / "LICENSE.txt",  # Windows
        Path("/usr/share/doc") / version / "copyright",  # Debian
    ):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            return [Part("Python", sysconfig.get_config_var("py_version") or "", "PSF-2.0", text)]
    return []


def requirements() -> list[str]:
    """Return the names of the distributions that the app needs, and of those that they need."""
    found: dict[str, None] = {}
    waiting = ["gdstudio"]
    while waiting:
        try:
            wanted = metadata.requires(waiting.pop()) or []
        except metadata.PackageNotFoundError:
            continue  # needed elsewhere, such as on another system
        for line in wanted:
            name = re.match(r"[\w.-]+", line)
            if name and "extra ==" not in line and (key := _key(name[0])) not in found:
                found[key] = None
                waiting.append(key)
    return [name for name in sorted(found) if _is_installed(name)]


def gather(distributions: Iterable[str]) -> list[Part]:
    """Return distributions with their licences.

    Raises:
        BadInput: naming each that has no licence text.
    """
    gathered, without = [], []
    for name in distributions:
        one = metadata.distribution(name)
        text = _text(one)
        shown = one.metadata["Name"]
        if not text:
            without.append(shown)
        gathered.append(Part(shown, one.version, _licence(one), text))
    if without:
        raise BadInput(
            f"No licence text was found for {', '.join(without)}; add it to resources/licences and "
            "name it in gdstudio/licences.py."
        )
    return gathered


def write(gathered: Iterable[Part], folder: Path) -> None:
    """Write parts into a folder: an index and a text each."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for number, part in enumerate(gathered):
        file = f"{number:03}-{re.sub(r'[^A-Za-z0-9.-]+', '-', part.name).strip('-')}.txt"
        (folder / file).write_text(part.text, encoding="utf-8", newline="\n")
        index.append({**asdict(part), "text": file})
    (folder / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")


def read(folder: Path) -> list[Part]:
    """Return the parts that `write` has written into a folder."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return [
        Part(**{**one, "text": (folder / one["text"]).read_text(encoding="utf-8")}) for one in index
    ]


def as_text(listed: Iterable[Part]) -> str:
    """Return parts as one text to read: a list of them, then each licence."""
    listed = list(listed)
    lines = ["What Gradient Descent Studio is made of:", ""]
    lines += [f"{_title(part)}: {part.licence}" for part in listed]
    for part in listed:
        lines += ["", _RULE, _title(part), _RULE, "", part.text.strip()]
    return "\n".join(lines)


def _title(part: Part) -> str:
    return f"{part.name} {part.version}".rstrip()


def _own_text() -> str:
    """Return the app's own licence: from its metadata, or beside its folder in a checkout."""
    try:
        text = _own_files(metadata.distribution("gdstudio"), r"(^|/)LICENSE$")
    except metadata.PackageNotFoundError:
        text = ""
    if text:
        return text
    beside = Path(__file__).resolve().parent.parent / "LICENSE"
    return beside.read_text(encoding="utf-8") if beside.is_file() else "MIT License"


def _text(one: metadata.Distribution) -> str:
    """Return all licence texts of a distribution, one below the other."""
    ours = _TEXTS_OF_OURS.get(_key(one.metadata["Name"]), ())
    if ours:
        return "\n\n".join(
            resource_path("licences", name).read_text(encoding="utf-8") for name in ours
        )
    return _own_files(one, None)


def _own_files(one: metadata.Distribution, pattern: str | None) -> str:
    texts = []
    for file in sorted(one.files or [], key=lambda file: (len(file.parts), str(file))):
        place = file.as_posix()
        name = place.rsplit("/", 1)[-1]
        if ".dist-info/" not in place or (
            not re.search(pattern, place) if pattern else not _LICENCE_FILE.search(name)
        ):
            continue
        path = Path(os.fspath(file.locate()))
        if path.is_file():
            inner = place.split(".dist-info/", 1)[1].removeprefix("licenses/")
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            texts.append(text if pattern else f"[{inner}]\n\n{text}")
    return texts[0].split("\n\n", 1)[1] if len(texts) == 1 and not pattern else "\n\n".join(texts)


def _licence(one: metadata.Distribution) -> str:
    """Return the licence in a few words, as the metadata has it."""
    described = one.metadata
    for field in ("License-Expression", "License"):
        plain = described[field].strip() if field in described else ""
        if plain and "\n" not in plain and len(plain) < 100:
            return plain
    kinds = [
        line.rsplit(" :: ", 1)[-1]
        for line in described.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    return ", ".join(kinds) or "see its text"


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
