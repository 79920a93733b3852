"""The one exception that carries a sentence for the user."""


class BadInput(ValueError):  # noqa: N818 - it is said to people, and people do not say "error"
    """Input that cannot be used.

    Its text is one clear sentence that says what is wrong and what to do. The command line
    prints it on stderr and exits with code 2; the window shows it in a dialog or a status line.
    """
