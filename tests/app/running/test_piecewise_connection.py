"""What goes through in pieces arrives as it was, and a line that breaks is told as such."""

import threading
from multiprocessing import Pipe

import numpy as np
import pytest

from gdstudio.app.running.training_process import PiecewiseConnection


@pytest.fixture
def ends():
    pair = [PiecewiseConnection(end) for end in Pipe()]
    yield pair
    for end in pair:
        end.close()


def passed(ends, thing):
    """Return what arrives; a pipe takes little at once, so sending is another thread's."""
    sender = threading.Thread(target=ends[0].send, args=(thing,))
    sender.start()
    found = ends[1].recv()
    sender.join()
    return found


def test_large_and_small_arrays_arrive_as_they_were(ends):
    rng = np.random.default_rng(0)
    large = rng.standard_normal((1500, 1001)).astype(np.float32)
    read_only = large.copy()
    read_only.flags.writeable = False
    thing = {
        "large": large,
        "turned": np.asfortranarray(large),
        "part": large[::2, 3:],
        "read_only": read_only,
        "twice": (large, large),
        "small": np.arange(5),
        "empty": np.zeros(0),
        "bytes": b"x" * 2**20,
        "words": ["a", None, 1.5],
    }
    found = passed(ends, thing)
    assert found.keys() == thing.keys()
    for name in ("large", "turned", "part", "read_only", "small", "empty"):
        np.testing.assert_array_equal(found[name], thing[name])
        assert found[name].dtype == thing[name].dtype
    assert found["twice"][0] is found["twice"][1]
    assert (found["bytes"], found["words"]) == (thing["bytes"], thing["words"])
    found["large"][0, 0] = 7  # nobody else's
    assert large[0, 0] != 7


def test_several_things_arrive_in_their_order(ends):
    things = [np.full(300_000, number, np.float32) for number in range(5)]
    sender = threading.Thread(target=lambda: [ends[0].send(thing) for thing in things])
    sender.start()
    assert [int(ends[1].recv()[-1]) for _ in things] == [0, 1, 2, 3, 4]
    sender.join()
    assert not ends[1].poll(0)


def test_a_line_that_breaks_in_the_midst_is_an_end(ends):
    raw, other = Pipe()
    broken = PiecewiseConnection(other)
    raw.send((b"", [2**20]))
    raw.send_bytes(b"a first piece")
    raw.close()
    with pytest.raises(EOFError):
        broken.recv()
    broken.close()
