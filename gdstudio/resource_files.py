"""Where the shipped files are, from a checkout and from an installed wheel alike."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """Return the path of a shipped file, such as ``resource_path("fonts", "Inter-Regular.otf")``.

    The wheel carries ``resources/`` inside the package; in a checkout it stands beside it.

    Raises:
        FileNotFoundError: if neither place has it, which means a broken installation.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(
        f"{'/'.join(parts)} is missing from this installation; install gdstudio again."
    )
