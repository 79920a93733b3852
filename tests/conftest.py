"""What every test needs: no display."""

import os

# Set before anything imports Qt. A developer who wants to watch sets another platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
