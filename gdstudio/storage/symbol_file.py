"""The user's own symbols as they are kept: in his data folder, or in a file that he exports."""

import json
import os
from pathlib import Path

from gdstudio.data.own_symbols import SymbolSet, read_symbols
from gdstudio.errors import BadInput
from gdstudio.folders import make_folder
from gdstudio.storage.atomic_file import replacing


def save_symbols(path: Path, symbols: SymbolSet) -> None:
    """Write the symbols, complete or not; the folder is made where there is none.

    Raises:
        BadInput: if they cannot be written; an old file at `path` survives.
    """
    content = json.dumps(symbols.as_json(), ensure_ascii=False, separators=(",", ":"))
    failed = f"Your symbols cannot be kept in “{path.parent}”"
    make_folder(path.parent, failed, "export them to another place")
    with replacing(path) as temporary:
        temporary.write_text(content, encoding="utf-8")


def kept_symbols(path: Path) -> tuple[SymbolSet, str]:
    """Return the symbols that are kept at `path`, none where there is no file.

    A file that cannot be used is set aside under another name, never overwritten; the second value
    is a sentence that says so, and is empty otherwise.

    Raises:
        BadInput: if it can neither be used nor be set aside.
    """
    if not os.path.lexists(path):
        return SymbolSet(), ""
    try:
        return read_symbols(path), ""
    except BadInput as problem:
        aside = _free_name(path)
        try:
            os.replace(path, aside)
        except OSError:
            raise problem from None
        said = f"The symbols in “{path.name}” could not be read, so you begin anew; the file was "
        return SymbolSet(), f"{said}set aside as “{aside.name}”."


def _free_name(path: Path) -> Path:
    number = 1
    while os.path.lexists(other := path.with_name(f"{path.stem}-set-aside-{number}{path.suffix}")):
        number += 1
    return other
