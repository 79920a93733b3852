"""The one exception that carries a sentence for the user, and the sentence for all others."""


class BadInput(ValueError):  # noqa: N818 - it is said to people, and people do not say "error"
    """Input that cannot be used.

    Its text is one clear sentence that says what is wrong and what to do. The command line
    prints it on stderr and exits with code 2; the window shows it in a dialog or a status line.
    """


def fault_sentence(error: BaseException, what: str = "That did not work") -> str:
    """Return what to say of an exception that is a fault of the app and goes to the log."""
    return (
        f"{what} because of a fault in the app ({type(error).__name__}); "
        "the log file, named in About, tells more."
    )
