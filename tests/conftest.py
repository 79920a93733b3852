"""What every test needs: no display, and programs that can be ended."""

import gc
import os
import signal

import hypothesis

# Set before anything imports Qt. A developer who wants to watch sets another platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A job in the background or under nohup ignores these, and so would the programs that tests start.
for _name, _usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if hasattr(signal, _name) and signal.getsignal(getattr(signal, _name)) is signal.SIG_IGN:
        signal.signal(getattr(signal, _name), _usual)

# The daily run tries the same examples each time; by hand, with more of them, others.
hypothesis.settings.register_profile("daily", derandomize=True, database=None)
if "GDSTUDIO_FUZZ" not in os.environ:
    hypothesis.settings.load_profile("daily")


def pytest_collection_finish():
    """Put aside what the imports made: tests that look through all objects need not see it."""
    gc.collect()
    gc.freeze()
