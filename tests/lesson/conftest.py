"""What the tests of lessons share."""

import pytest

HEAD = '+++\ntitle = "A test"\nminutes = 5\nlanguage = "en"\n+++\n'


@pytest.fixture
def write(tmp_path):
    """Return what writes a lesson: its body under front matter, and returns the file."""

    def written(body, head=HEAD):
        path = tmp_path / "lesson.md"
        path.write_text(head + body, "utf-8")
        return path

    return written
