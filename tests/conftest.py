"""What every test needs: no display."""

import gc
import os

import hypothesis

# Set before anything imports Qt. A developer who wants to watch sets another platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The daily run tries the same examples each time; by hand, with more of them, others.
hypothesis.settings.register_profile("daily", derandomize=True, database=None)
if "GDSTUDIO_FUZZ" not in os.environ:
    hypothesis.settings.load_profile("daily")


def pytest_collection_finish():
    """Put aside what the imports made: tests that look through all objects need not see it."""
    gc.collect()
    gc.freeze()
