"""What every test needs: no display."""

import gc
import os

# Set before anything imports Qt. A developer who wants to watch sets another platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_finish():
    """Put aside what the imports made: tests that look through all objects need not see it."""
    gc.collect()
    gc.freeze()
