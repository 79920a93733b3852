"""The trained network that comes with the app, so that one can draw before training anything."""

from gdstudio.resource_files import resource_path
from gdstudio.storage.network_file import NetworkFile, load_network


def load_shipped_reader() -> NetworkFile:
    """Return the shipped network, with its calibration in `training`."""
    return load_network(resource_path("networks", "reader.safetensors"))
