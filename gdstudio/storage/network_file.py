"""Network files: safetensors with the architecture in the metadata. No pickle is ever loaded."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gdstudio.data.catalogue import is_own
from gdstudio.data.dataset import LONGEST_CLASS_NAME
from gdstudio.data.files import read_bytes, shown_name
from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.engine.inspect.evaluation import Reader
from gdstudio.engine.network.architecture import MAXIMUM_PARAMETERS
from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path
from gdstudio.storage.atomic_file import replacing
from gdstudio.visible_text import shortened, visible

FORMAT = "gdstudio-network"
# Files of networks for other images than digits, which earlier versions cannot read, are of the
# second version.
VERSION, OTHER_IMAGES_VERSION = 1, 2
MAXIMUM_HEADER_BYTES = 1_000_000
MAXIMUM_BYTES = 4 * MAXIMUM_PARAMETERS + MAXIMUM_HEADER_BYTES


@dataclass(frozen=True)
class NetworkFile:
    """A trained network as it is kept.

    Attributes:
        settings: the architecture.
        parameters: θ, float32, shape ``(size,)``, read-only.
        training: how it was trained (settings, epochs, test accuracy), for people; JSON values.
    """

    settings: NetworkSettings
    parameters: FloatArray
    training: dict[str, Any] = field(default_factory=dict)


def _named_parts(network: Network, vector: FloatArray) -> dict[str, FloatArray]:
    """Return views into θ by their names in the file; layers are counted from 1, all of them."""
    named = {}
    for number, layer, part in network.weighted(vector):
        named[f"layer{number}.weight"] = layer.weights(part)
        named[f"layer{number}.bias"] = layer.biases(part)
    return named


def _expected_shapes(network: Network) -> dict[str, list[int]]:
    """Return the shapes of the same parts, before there is any memory for them."""
    expected = {}
    for number, layer in enumerate(network.layers, start=1):
        if isinstance(layer, WeightedLayer):
            expected[f"layer{number}.weight"] = list(layer.weight_shape)
            expected[f"layer{number}.bias"] = [layer.units]
    return expected


def save_network(path: Path, kept: NetworkFile) -> None:
    """Write `kept`; each layer as ``layerN.weight`` and ``layerN.bias``.

    The weights of a dense layer have shape (outputs, inputs), those of a convolution (filters,
    channels, rows, columns). A picture's numbers are ordered by row, column, channel.

    Raises:
        BadInput: if the file cannot be written; an old file at `path` survives.
    """
    from safetensors.numpy import save

    network = kept.settings.build()
    parts = _named_parts(network, np.asarray(kept.parameters))
    tensors = {name: np.ascontiguousarray(part) for name, part in parts.items()}
    training = dict(kept.training)
    if is_own(str(training.get("dataset", ""))):
        # Where images are on one's computer concerns nobody who is given the file.
        training["dataset"] = Path(training["dataset"]).name
    settings = kept.settings
    metadata = {
        "format": FORMAT,
        "version": str(VERSION if settings.has_digits else OTHER_IMAGES_VERSION),
        "architecture": json.dumps(settings.as_dict()),
        "training": json.dumps(training),
    }
    if not settings.has_digits:
        metadata["image"] = json.dumps(settings.image)
        metadata["classes"] = json.dumps(settings.classes)
    payload = _in_order(save(tensors, metadata=metadata))
    with replacing(path) as temporary:
        temporary.write_bytes(payload)


def _in_order(payload: bytes) -> bytes:
    """Return the file with its metadata sorted: safetensors writes them in a random order.

    So the same network gives the same file, byte for byte.
    """
    size = int.from_bytes(payload[:8], "little")
    header = json.loads(payload[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + payload[8 + size :]


def load_network(path: Path) -> NetworkFile:
    """Read a network file.

    Raises:
        BadInput: if it cannot be read, is no network, is of another version, does not hold what
            its architecture promises, or holds numbers that nothing can be computed with.
    """
    from safetensors import SafetensorError, deserialize

    name = f"“{shown_name(path)}”"
    content = read_bytes(path, size_limit=MAXIMUM_BYTES)
    metadata = _metadata(content, name)
    try:
        found = dict(deserialize(content))  # type: ignore[no-untyped-call]
    except SafetensorError:
        raise _no_network(name) from None
    settings, training = _read_metadata(metadata, name)
    network = settings.build()
    shapes = {key: part["shape"] for key, part in found.items()}
    kinds = {part["dtype"] for part in found.values()}
    if shapes != _expected_shapes(network) or kinds != {"F32"}:
        raise BadInput(
            f"{name} is damaged: its numbers do not fit the network {network.shape} that "
            "it names; use another copy."
        )
    parameters = np.empty(network.size, np.float32)
    for key, part in _named_parts(network, parameters).items():
        part[...] = np.frombuffer(found[key]["data"], "<f4").reshape(part.shape)
    if not np.isfinite(parameters).all():
        raise BadInput(f"{name} is damaged: some of its weights are not numbers; use another copy.")
    parameters.flags.writeable = False
    if not _can_answer(network, parameters):
        raise BadInput(
            f"{name} has weights so large that its answers are no numbers; train it again with a "
            "smaller learning rate."
        )
    return NetworkFile(settings, parameters, training)


def load_shipped_reader() -> NetworkFile:
    """Return the network that comes with the app, trained, with its calibration in `training`."""
    return load_network(resource_path("networks", "reader.safetensors"))


def _images(metadata: dict[str, str]) -> dict[str, Any]:
    """Return the shape of the images and the names of the classes, as settings have them."""
    rows, columns = json.loads(metadata["image"])
    classes = json.loads(metadata["classes"])
    if not all(type(side) is int for side in (rows, columns)):
        raise TypeError
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise TypeError
    shown = tuple(shortened(visible(name), LONGEST_CLASS_NAME) for name in classes)
    if len(set(shown)) < len(shown) or not all(shown):
        raise ValueError
    return {"image": (rows, columns), "classes": shown}


def _metadata(content: bytes, name: str) -> dict[str, str]:
    """Return what the head of a safetensors file says of the whole, or nothing."""
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > min(len(content) - 8, MAXIMUM_HEADER_BYTES):
        raise _no_network(name)
    try:
        header = json.loads(content[8 : 8 + length].decode(), object_pairs_hook=_without_repeats)
        metadata = header.get("__metadata__", {})
        if not all(isinstance(text, str) for text in metadata.values()):
            raise TypeError
    except (AttributeError, TypeError, ValueError, RecursionError):
        raise _no_network(name) from None
    return dict(metadata)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; of two values for one name nobody knows which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _can_answer(network: Network, parameters: FloatArray) -> bool:
    """Return whether the answers to an empty picture and to a blot are numbers."""
    reader = Reader(network)
    reader.load(parameters)
    rows, columns = network.image
    picture = np.zeros(network.image, np.uint8)
    for shade in (0, 255):
        picture[rows // 7 : rows - rows // 7, columns // 7 : columns - columns // 7] = shade
        if not (np.isfinite(reader.read(picture)).all() and np.isfinite(reader.sums).all()):
            return False
    return True


def _no_network(name: str) -> BadInput:
    return BadInput(
        f"{name} is not a network file, or was cut short; choose a .safetensors file that this app "
        "saved."
    )


def _read_metadata(metadata: dict[str, str], name: str) -> tuple[NetworkSettings, dict[str, Any]]:
    if metadata.get("format") != FORMAT:
        raise BadInput(f"{name} holds numbers, but no network of this app; choose another file.")
    has_digits = metadata.get("version") == str(VERSION)
    if not has_digits and metadata.get("version") != str(OTHER_IMAGES_VERSION):
        raise BadInput(
            f"{name} was saved by another version of this app (format "
            f"{metadata.get('version', 'unknown')[:10]}, this one reads {VERSION} and "
            f"{OTHER_IMAGES_VERSION}); update the app."
        )
    try:
        architecture = json.loads(metadata["architecture"], object_pairs_hook=_without_repeats)
        training = json.loads(metadata.get("training", "{}"), object_pairs_hook=_without_repeats)
        if not isinstance(architecture, dict) or not isinstance(training, dict):
            raise TypeError
        named = {
            name: architecture[name] for name in NetworkSettings.declared() if name in architecture
        }
        settings = NetworkSettings(**named, **({} if has_digits else _images(metadata)))
        measured = training.get("calibration")
        if measured is not None and Calibration.from_mapping(measured) is None:
            raise BadInput("what it says of being sure makes no sense; use another copy.")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        reason = f": {error}" if isinstance(error, BadInput) else ""
        raise BadInput(
            f"{name} is damaged, its description of the network cannot be used{reason}"
            + ("" if reason else "; use another copy.")
        ) from None
    return settings, training
