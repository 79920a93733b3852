"""A session in one file: a zip of one JSON text and of runs in safetensors. Never a pickle.

Nothing in it is compressed: so the sizes that its directory names are those that will be read, and
all of them are looked at before anything is.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gdstudio.data.files import open_file, shown_name
from gdstudio.errors import BadInput
from gdstudio.storage.atomic_file import replacing
from gdstudio.storage.run_file import MAXIMUM_BYTES

FORMAT, VERSION = "gdstudio-session", 1
ENDING = ".gdstudio"
MAXIMUM_SESSION_BYTES = 2 * MAXIMUM_BYTES
MOST_RUNS, MOST_TEXT_BYTES = 1000, 20_000_000
_TEXT = "session.json"
_RUN_NAME = re.compile(r"[a-z]{1,20}/[a-z0-9]{1,20}\.safetensors")
# A fixed date, so that the same session is the same file, byte for byte.
_DATE = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class SessionFile:
    """The parts of a session's file.

    Attributes:
        values: what is plain, ready for JSON.
        runs: the contents of files of runs, by a name such as ``digits/run.safetensors``.
    """

    values: Mapping[str, Any]
    runs: Mapping[str, bytes] = field(default_factory=dict)


def save_session_file(path: Path, session: SessionFile) -> None:
    """Write a session, whole or not at all.

    Raises:
        BadInput: if it cannot be written, or is larger than can be opened; an old file at `path`
            survives.
    """
    if sum(map(len, session.runs.values())) > MAXIMUM_SESSION_BYTES - MOST_TEXT_BYTES:
        raise BadInput(
            "The session is too large to be saved in one file; delete kept runs of large networks."
        )
    content = session_bytes(session)
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def session_bytes(session: SessionFile) -> bytes:
    """Return the content of a session's file."""
    head = {"format": FORMAT, "version": VERSION, **session.values}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as whole:
        text = json.dumps(head, separators=(",", ":"))
        whole.writestr(zipfile.ZipInfo(_TEXT, _DATE), text)
        for name, content in session.runs.items():
            assert _RUN_NAME.fullmatch(name), name
            whole.writestr(zipfile.ZipInfo(name, _DATE), content)
    return buffer.getvalue()


def load_session_file(path: Path) -> SessionFile:
    """Read a session's file.

    Raises:
        BadInput: if it cannot be read, is no session, or is of another version.
    """
    name = shown_name(path)
    with open_file(path, size_limit=MAXIMUM_SESSION_BYTES) as file:
        try:
            with zipfile.ZipFile(file) as whole:
                entries = _entries(whole)
                values = json.loads(whole.read(_TEXT).decode())
                if not isinstance(values, dict) or values.get("format") != FORMAT:
                    raise ValueError("no session")
                if values.get("version") == VERSION:
                    runs = {entry: whole.read(entry) for entry in entries if entry != _TEXT}
                    return SessionFile(values, runs)
        # Whatever zipfile says of what is no zip, or a damaged or an encrypted one.
        except (
            zipfile.BadZipFile,
            ArithmeticError,
            EOFError,
            LookupError,
            NotImplementedError,
            OSError,
            RecursionError,
            RuntimeError,
            TypeError,
            ValueError,
        ):
            raise damaged_session(path) from None
    raise BadInput(f"“{name}” was saved by a newer version of this app; update the app.")


def damaged_session(path: Path) -> BadInput:
    """Return the sentence for a file that is no session, or a damaged one."""
    return BadInput(
        f"“{shown_name(path)}” is no session of this app, or is damaged; choose a {ENDING} file "
        "that it saved."
    )


def _entries(whole: zipfile.ZipFile) -> list[str]:
    """Return the names of the parts, if all of them can be read in little room."""
    infos = whole.infolist()
    names = [info.filename for info in infos]
    sizes = {info.filename: info.file_size for info in infos}
    if len(sizes) < len(infos) or len(infos) > MOST_RUNS or _TEXT not in sizes:
        raise ValueError("not these parts")
    if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
        raise ValueError("compressed")
    if any(info.compress_size != info.file_size or info.flag_bits & 1 for info in infos):
        raise ValueError("not as large as it says")
    if sizes[_TEXT] > MOST_TEXT_BYTES or sum(sizes.values()) > MAXIMUM_SESSION_BYTES:
        raise ValueError("too large")
    if not all(name == _TEXT or _RUN_NAME.fullmatch(name) for name in names):
        raise ValueError("not these names")
    return names
