"""What reads the Markdown of lessons: one and the same for whoever checks a lesson and shows it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# The tokens of formulas: within a paragraph, and one of its own.
FORMULAS = ("math_inline", "math_inline_double", "math_block")


def markdown_reader(*, html: bool) -> "MarkdownIt":
    """Return what reads Markdown with tables and formulas, and `html` as such or as text.

    A formula stands between dollars that touch no digit outside and no space inside, so that prices
    are none; or between two dollars each.
    """
    from markdown_it import MarkdownIt  # the window starts sooner without it
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": html}).enable("table")
    reader.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    reader.inline.ruler.before("math_inline", "first_dollar", _keep_apart)
    return reader


def _keep_apart(state: "StateInline", silent: bool) -> bool:
    """Let a formula begin a paragraph that ends with a digit.

    WORKAROUND: the plugin looks for a digit before the first character of a paragraph, and finds
    its last (mdit_py_plugins/dollarmath/index.py, `state.src[state.pos - 1]`).
    """
    if state.pos == 0 and len(state.src) == state.posMax:
        state.src += " "  # behind what is read
    return False
