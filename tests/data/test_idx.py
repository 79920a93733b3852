"""IDX files: what is written is read again, and what is no IDX is refused with a sentence."""

import gzip
import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gdstudio.data.idx import read_idx, write_idx
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path

# The MD5 of the uncompressed canonical files of MNIST.
CANONICAL = {
    "train-images-idx3": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1": "27ae3e4e09519cfbb04c329615203637",
}


@given(
    array=hnp.arrays(
        st.sampled_from(["u1", "i1", "i2", "i4", "f4", "f8"]).map(np.dtype),
        hnp.array_shapes(max_dims=4, max_side=6, min_side=0),
    ),
    zipped=st.booleans(),
)
def test_round_trip(tmp_path_factory, array, zipped):
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if zipped else "a")
    write_idx(path, array)
    again = read_idx(path)
    np.testing.assert_array_equal(again, array)
    assert again.dtype == array.dtype
    assert again.flags.c_contiguous
    assert not again.flags.writeable


@pytest.mark.parametrize("name", CANONICAL)
def test_mnist_is_the_canonical_one(name):
    array = read_idx(resource_path("datasets", f"{name}-ubyte.gz"))
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    digest = hashlib.md5(header + array.tobytes(), usedforsecurity=False)
    assert digest.hexdigest() == CANONICAL[name]


def test_equal_arrays_make_equal_files(tmp_path):
    for name in ("one.gz", "two.gz"):
        write_idx(tmp_path / name, np.arange(10, dtype=np.uint8))
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


IMAGES = struct.pack(">HBBII", 0, 8, 2, 3, 4) + bytes(12)
BAD_FILES = {
    "empty": (b"", "ends too early"),
    "in the header": (IMAGES[:9], "ends too early"),
    "in the numbers": (IMAGES[:-1], "ends too early"),
    "too long": (IMAGES + b"x", "more than its header says"),
    "text": (b"label,pixel\n1,2\n", "not an IDX file"),
    "unknown type": (b"\0\0\x07" + IMAGES[3:], "not an IDX file"),
    "no dimension": (b"\0\0\x08\0", "not an IDX file"),
    "hostile size": (struct.pack(">HBBIII", 0, 8, 3, 2**31, 2**31, 2**31), "at most 537 MB"),
    "hostile size, zipped": (
        gzip.compress(struct.pack(">HBBII", 0, 14, 2, 2**31, 2**31)),
        "at most 537 MB",
    ),
    "zip cut off": (gzip.compress(bytes(IMAGES))[:-9], "ends too early"),
    "zip with a wrong sum": (gzip.compress(IMAGES)[:-8] + bytes(8), "damaged"),
    "zip of nothing": (b"\x1f\x8bnothing", "damaged"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_file_is_refused(tmp_path, kind):
    content, sentence = BAD_FILES[kind]
    path = tmp_path / "bad.gz"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        read_idx(path)


def test_unreadable_paths_are_refused(tmp_path):
    with pytest.raises(BadInput, match="There is no file"):
        read_idx(tmp_path / "missing")
    with pytest.raises(BadInput, match="is a folder"):
        read_idx(tmp_path)
