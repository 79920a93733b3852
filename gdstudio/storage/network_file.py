"""Network files: safetensors with the architecture in the metadata. No pickle is ever loaded."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gdstudio.engine.layer import WeightedLayer
from gdstudio.engine.network import Network, NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.storage.atomic_file import replacing

FORMAT = "gdstudio-network"
VERSION = 1
MAXIMUM_BYTES = 512 * 1024 * 1024


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
    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "architecture": json.dumps(kept.settings.as_dict()),
        "training": json.dumps(kept.training),
    }
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
        BadInput: if it cannot be read, is no network, is of another version, or does not hold
            what its architecture promises.
    """
    from safetensors import SafetensorError, safe_open

    name = path.name
    try:
        if path.is_dir():
            raise BadInput(f"{name} is a folder; choose a network file (.safetensors).")
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            raise BadInput(f"{name} is larger than any network of this app; choose another file.")
        # Asked first, for safetensors says of a file it may not read that it does not exist.
        path.open("rb").close()
        with safe_open(path, framework="numpy") as file:
            settings, training = _read_metadata(file.metadata() or {}, name)
            network = settings.build()
            # Every size is checked before any number is read.
            found = {key: file.get_slice(key) for key in file.keys()}  # noqa: SIM118
            shapes = {key: list(part.get_shape()) for key, part in found.items()}
            kinds = {part.get_dtype() for part in found.values()}
            if shapes != _expected_shapes(network) or kinds != {"F32"}:
                raise BadInput(
                    f"{name} is damaged: its numbers do not fit the network {network.shape} that "
                    "it names; use another copy."
                )
            parameters = np.empty(network.size, np.float32)
            for key, part in _named_parts(network, parameters).items():
                part[...] = file.get_tensor(key)
    except FileNotFoundError:
        raise BadInput(f"{name} does not exist; check the name and the folder.") from None
    except OSError as error:
        raise BadInput(f"{name} cannot be read ({error.strerror or error}).") from None
    except SafetensorError:
        raise BadInput(
            f"{name} is not a network file, or was cut short; choose a .safetensors file that "
            "this app saved."
        ) from None
    if not math.isfinite(float(np.abs(parameters).sum(dtype=np.float64))):
        raise BadInput(f"{name} is damaged: some of its weights are not numbers; use another copy.")
    parameters.flags.writeable = False
    return NetworkFile(settings, parameters, training)


def _read_metadata(metadata: dict[str, str], name: str) -> tuple[NetworkSettings, dict[str, Any]]:
    if metadata.get("format") != FORMAT:
        raise BadInput(f"{name} holds numbers, but no network of this app; choose another file.")
    if metadata.get("version") != str(VERSION):
        raise BadInput(
            f"{name} was saved by another version of this app (format "
            f"{metadata.get('version', 'unknown')[:10]}, this one reads {VERSION}); update the app."
        )
    try:
        architecture = json.loads(metadata["architecture"])
        training = json.loads(metadata.get("training", "{}"))
        if not isinstance(architecture, dict) or not isinstance(training, dict):
            raise TypeError
        settings = NetworkSettings.from_mapping(architecture)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        reason = f": {error}" if isinstance(error, BadInput) else ""
        raise BadInput(
            f"{name} is damaged, its description of the network cannot be used{reason}"
            + ("" if reason else "; use another copy.")
        ) from None
    return settings, training
