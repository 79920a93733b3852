"""The names that a step can light and the pages it can open, lab by lab, without a window.

They stand in `resources/texts/control_names.toml`; a test holds them to be those of the window.
"""

import difflib
import functools
import tomllib

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.experiment.vocabulary import Vocabulary, shown
from gdstudio.resource_files import resource_path

ALL_LABS = "all"
_PAGE = "_page_tab"


@functools.cache
def control_names() -> dict[str, tuple[str, ...]]:
    """Return the names of each lab by its key, and those that all have by `ALL_LABS`."""
    text = resource_path("texts", "control_names.toml").read_text("utf-8")
    return {key: tuple(names) for key, names in tomllib.loads(text).items()}


def check_control(name: str, vocabulary: Vocabulary) -> None:
    """Check that a lab has something of that name; one whose names are not listed may.

    Raises:
        BadInput: if it has not, with the name that is probably meant.
    """
    listed = control_names()
    if vocabulary.key not in listed:
        return
    own = (*listed[ALL_LABS], *listed[vocabulary.key])
    if name in own:
        return
    others = [VOCABULARIES[key].title for key, names in listed.items() if name in names]
    near = difflib.get_close_matches(name, own, 1, 0.6)
    if others:
        more = f"; the lab {others[0]} has one"
    else:
        more = f" (perhaps {near[0]})" if near else "; look its name up in docs/lesson.md"
    raise BadInput(f"The lab {vocabulary.title} has no control or card “{shown(name)}”{more}.")


def check_page(name: str, vocabulary: Vocabulary) -> None:
    """Check that a lab has a page of that name; one whose names are not listed may.

    Raises:
        BadInput: if it has not, with the pages it has.
    """
    listed = control_names().get(vocabulary.key)
    if listed is None:
        return
    pages = [one.removesuffix(_PAGE) for one in listed if one.endswith(_PAGE)]
    if name in pages:
        return
    if not pages:
        raise BadInput(f"The lab {vocabulary.title} has no pages; leave “page” out.")
    near = difflib.get_close_matches(name, pages, 1, 0.6)
    perhaps = f" (perhaps {near[0]})" if near else ""
    raise BadInput(
        f"The lab {vocabulary.title} has no page “{shown(name)}”{perhaps}; it has "
        f"{', '.join(pages[:-1])} and {pages[-1]}."
    )
