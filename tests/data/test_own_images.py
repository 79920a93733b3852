"""Images of the user's own: folders of pictures and IDX files, and what is said of bad ones."""

import gzip
import shutil

import numpy as np
import pytest
from own_pictures import CLASSES, idx_pairs, picture_folder
from PIL import Image

from gdstudio.data import own_images
from gdstudio.data.catalogue import card, image_set, is_known, load_images, refresh
from gdstudio.data.pictures import picture_folder as folder_module
from gdstudio.data.settings import ImageDataSettings
from gdstudio.errors import BadInput


def test_a_folder_of_pictures_is_a_data_set(tmp_path):
    folder = picture_folder(tmp_path / "signs", count=10, size=(12, 10))
    entry = image_set(str(folder))
    dataset = load_images(str(folder))
    assert dataset.image == entry.image == (12, 10)
    assert dataset.classes == entry.classes == CLASSES
    assert len(dataset.training) == entry.training_count == 24
    assert len(dataset.test) == entry.test_count == 6
    # Dark on light became ink that counts as high, on nothing.
    assert dataset.training.images.shape == (24, 120)
    assert np.median(dataset.training.images) == 0
    assert dataset.training.images.max() == 255
    assert not dataset.training.images.flags.writeable
    np.testing.assert_array_equal(np.bincount(dataset.test.labels), (2, 2, 2))
    shown = card(str(folder))
    assert shown.title == "signs"
    assert "circle, cross, line" in shown.what
    assert "turned round" in shown.what
    assert "24 images to learn from and 6 to test with, 12 × 10 pixels" in shown.size
    assert "Of each class 20 %, at least one image, is set aside for the test" in shown.size


def test_the_test_images_are_always_the_same_and_no_training_images(tmp_path):
    first = load_images(str(picture_folder(tmp_path / "one", dark_on_light=False)))
    second = load_images(str(picture_folder(tmp_path / "two", dark_on_light=False)))
    np.testing.assert_array_equal(first.test.images, second.test.images)
    both = np.concatenate([first.training.images, first.test.images])
    assert len(both) == 30
    assert len(load_images(str(picture_folder(tmp_path / "few", count=2))).test) == 3


def test_training_and_test_folders_are_kept_as_they_are(tmp_path):
    picture_folder(tmp_path / "set" / "train", count=4)
    picture_folder(tmp_path / "set" / "test", count=3, classes=CLASSES[:2])
    dataset = load_images(str(tmp_path / "set"))
    assert (len(dataset.training), len(dataset.test)) == (12, 6)
    assert set(dataset.test.labels) == {0, 1}
    assert "set aside" not in card(str(tmp_path / "set")).size


def test_pictures_of_other_sizes_are_scaled_to_the_commonest(tmp_path):
    folder = picture_folder(tmp_path / "mixed", count=6, size=(12, 10))
    Image.new("RGB", (40, 40), "white").save(folder / "line" / "large.jpg")
    Image.new("L", (4, 6), 255).save(folder / "line" / "small.png")
    (folder / "line" / "notes.txt").write_text("not a picture")
    (folder / "line" / ".hidden.png").write_text("not seen")
    dataset = load_images(str(folder))
    assert dataset.image == (12, 10)
    assert "2 of another size were scaled to 12 × 10 pixels" in card(str(folder)).what
    assert "1 file that hold no picture was left out" in card(str(folder)).what


def test_large_pictures_become_small(tmp_path):
    for name in ("a", "b"):
        (tmp_path / "large" / name).mkdir(parents=True)
        for number in range(2):
            Image.new("L", (400, 200), 255).save(tmp_path / "large" / name / f"{number}.png")
    assert load_images(str(tmp_path / "large")).image == (32, 64)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("what", ["", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_idx_pairs_are_a_data_set(tmp_path, suffix, what):
    folder = idx_pairs(tmp_path / "pairs", suffix=suffix)
    dataset = load_images(str(folder / f"{what}{suffix}" if what else folder))
    assert dataset.image == (9, 7)
    assert dataset.classes == ("1", "2", "3")
    assert (len(dataset.training), len(dataset.test)) == (30, 9)
    np.testing.assert_array_equal(dataset.test.labels, np.arange(9) % 3)


def test_a_pair_without_test_images_is_split(tmp_path):
    folder = idx_pairs(tmp_path / "pair")
    for name in ("images-idx3", "labels-idx1"):
        (folder / f"t10k-{name}-ubyte").unlink()
    assert len(load_images(str(folder)).test) == 6


def bad_folder(folder, kind):
    """Make a folder that cannot be used."""
    if kind == "no subfolders":
        folder.mkdir()
        Image.new("L", (8, 8)).save(folder / "loose.png")
    elif kind == "one class":
        picture_folder(folder, classes=("circle",))
    elif kind == "27 classes":
        picture_folder(folder, classes=tuple(f"class {n}" for n in range(27)), count=1)
    elif kind == "one picture":
        picture_folder(folder)
        for number in range(1, 10):
            (folder / "cross" / f"{number}.png").unlink()
    elif kind == "broken":
        picture_folder(folder)
        (folder / "line" / "3.png").write_bytes(b"no picture")
        whole = (folder / "cross" / "4.png").read_bytes()
        (folder / "cross" / "4.png").write_bytes(whole[: len(whole) // 2])
    elif kind == "many":
        picture_folder(folder, count=40)
    elif kind == "test class":
        picture_folder(folder / "train")
        picture_folder(folder / "test", classes=("circle", "square"))


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("missing", "There is no file or folder “missing”; check its name."),
        ("no subfolders", "has no subfolders with pictures; put the pictures of each class"),
        ("one class", "has pictures of one class only, “circle”; add a subfolder"),
        ("27 classes", "has more than 26 subfolders with pictures; choose a folder of 2 to 26"),
        ("one picture", "The class “cross” in “one picture” has fewer than two images"),
        ("broken", "“cross/4.png”, “line/3.png” in “broken” cannot be read as pictures"),
        ("many", "has 120 pictures; choose a folder of at most 100."),
        ("test class", "has a class “square” that the training pictures do not have"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_whole(tmp_path, monkeypatch, kind, sentence):
    monkeypatch.setattr(folder_module, "MOST_PICTURES", 100)
    bad_folder(tmp_path / kind, kind)
    with pytest.raises(BadInput) as refused:
        ImageDataSettings(dataset=str(tmp_path / kind))
    assert sentence in str(refused.value)
    assert str(refused.value).count(". ") == 0
    assert not is_known(str(tmp_path / kind))


def test_idx_files_that_cannot_be_used_are_refused(tmp_path, monkeypatch):
    folder = idx_pairs(tmp_path / "pair")
    (folder / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(BadInput, match="there is no file of labels"):
        image_set(str(folder))
    shutil.copy(folder / "t10k-labels-idx1-ubyte", folder / "train-labels-idx1-ubyte")
    with pytest.raises(BadInput, match="not have one whole number for each image"):
        image_set(str(folder))
    (folder / "train-labels-idx1-ubyte").write_bytes(gzip.compress(b"nothing"))
    with pytest.raises(BadInput, match="not an IDX file"):
        image_set(str(folder))
    idx_pairs(folder, size=(70, 7))
    with pytest.raises(BadInput, match="70 × 7 pixels; choose images of 3 to 64"):
        image_set(str(folder))
    idx_pairs(folder)
    monkeypatch.setattr(own_images, "MOST_BYTES", 1000)
    with pytest.raises(BadInput, match="are the most"):
        image_set(str(folder))


def test_changed_files_are_read_anew_when_asked(tmp_path):
    folder = picture_folder(tmp_path / "growing", count=4)
    before = load_images(str(folder))
    assert not refresh(str(folder))
    assert load_images(str(folder)) is before
    picture_folder(folder, count=8)
    assert refresh(str(folder))
    assert len(load_images(str(folder)).training) > len(before.training)
    (folder / "line" / "0.png").write_bytes(b"no picture")
    kept = load_images(str(folder))
    with pytest.raises(BadInput, match="cannot be read"):
        refresh(str(folder))
    assert load_images(str(folder)) is kept
    shutil.rmtree(folder)
    assert not refresh(str(folder))


def test_few_images_are_all_learned_from(tmp_path):
    folder = str(picture_folder(tmp_path / "few"))
    assert ImageDataSettings(dataset=folder).images_used == 24
    with pytest.raises(BadInput, match="Training images must be “all” with few"):
        ImageDataSettings(dataset=folder, training_size=100)
