"""A program as a notebook: a cell for each section, with what a teacher says of it above."""

import json
from collections.abc import Mapping
from typing import Any

from gdstudio.code_export.program import HOW_TO_TRAIN, TRAIN_LINE, Program

# A notebook is run where it lies, and nobody gives it arguments.
_CODE = {"Path(__file__).parent": 'Path(".")', TRAIN_LINE: "TRAIN = False"}
_TEXT = {HOW_TO_TRAIN: "Write True here.", "With --train": "With TRAIN = True"}


def notebook_files(program: Program) -> dict[str, bytes]:
    """Return the notebook of a NumPy program, and the file of its numbers."""
    about = _replaced("\n\n".join((f"# {program.title.rstrip('.')}", *program.about)), _TEXT)
    cells = [_markdown(about, 0), _code(program.imports, 1)]
    for section in program.sections:
        text = _replaced(section.text, _TEXT)
        cells.append(_markdown(f"## {section.title}\n\n{text}".strip(), len(cells)))
        cells.append(_code(_replaced(section.code, _CODE), len(cells)))
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


def _replaced(text: str, others: Mapping[str, str]) -> str:
    for one, other in others.items():
        text = text.replace(one, other)
    return text


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
