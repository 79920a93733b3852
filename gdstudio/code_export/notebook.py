"""A program as a notebook: a cell for each section, with what a teacher says of it above."""

import json
from typing import Any

from gdstudio.code_export.program import Program


def notebook_files(program: Program) -> dict[str, bytes]:
    """Return the notebook of a NumPy program, and the file of its numbers."""
    about = "\n\n".join((f"# {program.title.rstrip('.')}", *program.about))
    cells = [_markdown(about, 0), _code(program.imports, 1)]
    for section in program.sections:
        cells.append(_markdown(f"## {section.title}\n\n{section.text}".strip(), len(cells)))
        # A notebook is run where it lies.
        code = section.code.replace("Path(__file__).parent", 'Path(".")')
        cells.append(_code(code.replace('"--train" in sys.argv', "False"), len(cells)))
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return {f"{program.name}.ipynb": text.encode()} | program.data_files()


def _markdown(text: str, number: int) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": f"cell-{number}",
        "metadata": {},
        "source": _lines(text),
    }


def _code(text: str, number: int) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.strip("\n").splitlines(keepends=True)
