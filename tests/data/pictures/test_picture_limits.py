"""A picture file is judged by its head: nothing in it starts a program or costs without bound."""

import io
import os
import random
import struct
import zlib
from contextlib import suppress

import pytest
from PIL import Image, ImageDraw

from gdstudio.data.pictures.images import load_image
from gdstudio.data.pictures.limits import FORMATS
from gdstudio.errors import BadInput


def seven(mode="L", scale=1):
    image = Image.new(mode, (300 * scale, 200 * scale), "white")
    points = [(150 * scale, 40 * scale), (230 * scale, 40 * scale), (180 * scale, 160 * scale)]
    ImageDraw.Draw(image).line(points, 0, width=14 * scale, joint="curve")
    return image


def encoded(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def refusal(tmp_path):
    """Write bytes as x.png and return the sentence with which they are refused."""

    def _refusal(content):
        path = tmp_path / "x.png"
        path.write_bytes(content)
        with pytest.raises(BadInput) as caught:
            load_image(path)
        assert "x.png" in str(caught.value)
        return str(caught.value)

    return _refusal


def chunk(kind, data):
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def png(width, height, *chunks):
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", FORMATS)
def test_every_named_format_is_read_whatever_the_name(tmp_path, kind):
    path = tmp_path / "digit.dat"
    path.write_bytes(encoded(seven(mode="RGB"), kind))
    assert load_image(path).max() == 255


POSTSCRIPT = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 100 100
{} loop
%%EOF
"""


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_postscript_starts_no_program(tmp_path, monkeypatch, refusal):
    mark = tmp_path / "started"
    program = tmp_path / "gs"
    program.write_text(f"#!/bin/sh\necho 10.0\ntouch {mark}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    bound = b"\xc5\xd0\xd3\xc6" + struct.pack("<IIIIII", 32, len(POSTSCRIPT), 0, 0, 0, 0)
    for content in (POSTSCRIPT, bound.ljust(32, b"\0") + POSTSCRIPT):
        assert "not a picture that can be read, whatever its name says" in refusal(content)
    assert not mark.exists()


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "PCX", "SGI", "DIB", "PDF", "ICNS"])
def test_other_formats_are_not_even_tried(refusal, kind):
    assert "PNG, JPEG" in refusal(encoded(seven(mode="RGB"), kind))


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((10, 500_000), "at most 30,000 on each side"),
        ((64, 3_900_000), "at most 30,000 on each side"),
        ((5, 29_000), "too long and thin"),
        ((29_000, 290 - 1), "too long and thin"),
        ((2**31 - 1, 2**31 - 1), "250 million pixels"),
        ((16_000, 16_000), "250 million pixels"),
    ],
)
def test_the_size_is_checked_before_anything_is_decoded(refusal, monkeypatch, size, reason):
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    assert reason in refusal(png(*size, chunk(b"IDAT", zlib.compress(b"\0" * 1000))))


@pytest.mark.parametrize("kind", ["RGB", "RGBA"])
def test_what_takes_too_much_memory_is_refused_before_it_is_decoded(refusal, kind):
    head = struct.pack(">IIBBBBB", 14_000, 14_000, 8, {"RGB": 2, "RGBA": 6}[kind], 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0"))
    assert "too many to decode" in refusal(content)


def test_a_jpeg_that_goes_over_its_pixels_again_and_again_is_refused(refusal):
    whole = encoded(Image.new("L", (4_000, 4_000), 255), "JPEG", progressive=True)
    last_scan = whole[whole.rindex(b"\xff\xda") : whole.rindex(b"\xff\xd9")]
    assert "too many to decode" in refusal(whole[:-2] + last_scan * 100 + whole[-2:])


def test_what_consists_of_too_many_pieces_is_refused(refusal):
    many = png(8, 8, *[chunk(b"tEXt", b"a\0b")] * 60_000, chunk(b"IDAT", zlib.compress(bytes(16))))
    assert "put together" in refusal(many)
    whole = encoded(seven(), "JPEG")
    assert "put together" in refusal(whole[:2] + b"\xff\xe5\x00\x02" * 2_000 + whole[2:])
    strips = encoded(seven(), "TIFF").replace(
        struct.pack("<HHI", 273, 4, 1), b"\x11\x01\x04\0\xff\xff\xff\x00"
    )
    assert "put together" in refusal(strips)


def test_a_photograph_with_its_small_copy_and_notes_is_no_matter(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 1
    exif[0x927C] = encoded(seven(), "JPEG", progressive=True)[:30_000]
    path = tmp_path / "photograph.jpg"
    path.write_bytes(encoded(seven("RGB", scale=14), "JPEG", exif=exif, progressive=True))
    assert load_image(path).max() == 255


def test_only_the_first_of_many_frames_is_read(tmp_path):
    frames = [seven(), *[Image.new("L", (300, 200), shade) for shade in range(0, 250, 10)]]
    one = tmp_path / "one.png"
    one.write_bytes(encoded(seven(), "PNG"))
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        path = tmp_path / f"many.{kind.lower()}"
        path.write_bytes(
            encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
        )
        assert (load_image(path) == load_image(one)).mean() > 0.97


def test_nothing_but_the_one_sentence_is_said_of_a_damaged_picture(tmp_path, capfd):
    """The library that reads TIFF writes to the terminal itself."""
    path = tmp_path / "x.tif"
    chance = random.Random(0)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "group4"):
        mode = "1" if compression == "group4" else "RGB"
        whole = encoded(seven().convert(mode), "TIFF", compression=compression)
        for _ in range(60):
            content = bytearray(whole)
            for _ in range(4):
                content[chance.randrange(8, len(content))] = chance.randrange(256)
            path.write_bytes(content)
            with suppress(BadInput):
                load_image(path)
    assert capfd.readouterr() == ("", "")
    os.write(2, b"stderr is as it was")
    assert capfd.readouterr().err == "stderr is as it was"
