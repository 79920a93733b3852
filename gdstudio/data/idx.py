"""IDX, the file format of MNIST: a header of sizes and then the numbers, often gzipped.

The header is two zero bytes, one byte for the type of the numbers, one for the number of
dimensions, and each dimension's size as four bytes, most significant first. The numbers follow in
row-major order, most significant byte first.
"""

import gzip
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.files import read_bytes, shown_name
from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_SIZE_LIMIT = 512 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"


def read_idx(path: str | Path) -> npt.NDArray[Any]:
    """Return the array in the IDX file `path`, gzipped or not.

    The array is C-contiguous and read-only, of the type and shape that the header names.

    Raises:
        BadInput: if the file cannot be read, is not IDX, is truncated, has bytes left over, or
            claims more than 512 MB (refused before anything of that size is allocated).
    """
    path = Path(path)
    stream = _Bytes(path, read_bytes(path, size_limit=_SIZE_LIMIT))
    zero, code, dimensions = (
        int.from_bytes(part, "big") for part in np.split(_header(stream, 4), [2, 3])
    )
    if zero != 0 or code not in _TYPES or not 1 <= dimensions <= 32:
        raise BadInput(f"“{shown_name(path)}” is not an IDX file; choose one.")
    shape = tuple(int(size) for size in _header(stream, 4 * dimensions).view(">u4"))
    dtype = np.dtype(_TYPES[code])
    size = math.prod(shape) * dtype.itemsize
    if size > _SIZE_LIMIT:
        raise BadInput(
            f"“{shown_name(path)}” claims to hold {fixed_text(size / 1e6, 0)} MB of numbers; "
            f"at most {fixed_text(_SIZE_LIMIT / 1e6, 0)} MB are read."
        )
    body = stream.take(size)
    if len(body) < size:
        raise _truncated(path)
    if not stream.at_end():
        raise BadInput(f"“{shown_name(path)}” holds more than its header says; get the file again.")
    array: npt.NDArray[Any] = np.frombuffer(body, dtype).reshape(shape)
    if not dtype.isnative:
        array = array.astype(dtype.newbyteorder("="))
        array.flags.writeable = False
    return array


def write_idx(path: str | Path, array: npt.NDArray[Any]) -> None:
    """Write `array` to `path` as IDX, gzipped when the name ends in ``.gz``.

    The same array always gives the same bytes.

    Raises:
        ValueError: if IDX has no code for the array's type or it has no dimension.
    """
    path = Path(path)
    codes = {np.dtype(name).newbyteorder("="): code for code, name in _TYPES.items()}
    code = codes.get(array.dtype.newbyteorder("="))
    if code is None or array.ndim == 0:
        raise ValueError(f"IDX cannot hold {array.dtype} of shape {array.shape}")
    header = bytes((0, 0, code, array.ndim)) + np.array(array.shape, ">u4").tobytes()
    content = header + array.astype(_TYPES[code]).tobytes()
    # No time of writing in the gzip header: equal content makes an equal file.
    path.write_bytes(gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content)


class _Bytes:
    """The bytes of a file from its start, unzipped on the way; never more than asked for."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._rest = content
        self._unzip = zlib.decompressobj(wbits=31) if content[:2] == _GZIP_MAGIC else None

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes, or fewer at the end."""
        if count == 0:
            return b""
        if self._unzip is None:
            taken, self._rest = self._rest[:count], self._rest[count:]
            return taken
        try:
            taken = self._unzip.decompress(self._rest, count)
        except zlib.error:
            raise BadInput(f"“{shown_name(self._path)}” is damaged; get the file again.") from None
        self._rest = self._unzip.unconsumed_tail
        return taken

    def at_end(self) -> bool:
        """Return whether everything was taken (and, if zipped, its checksum was right)."""
        more = self.take(1)
        if self._unzip is not None and not more and not self._unzip.eof:
            raise _truncated(self._path)
        return not more


def _header(stream: _Bytes, count: int) -> npt.NDArray[np.uint8]:
    taken = stream.take(count)
    if len(taken) < count:
        raise _truncated(stream._path)
    return np.frombuffer(taken, np.uint8)


def _truncated(path: Path) -> BadInput:
    return BadInput(f"“{shown_name(path)}” ends too early; get the file again.")
