"""The self-test: what this computer has, what works on it, and what to do where something does not.

`gdstudio doctor` and *Check this computer…* show the same `Report`.
"""
