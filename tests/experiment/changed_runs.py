"""Files of kept runs that somebody changed: in one value, or in any bytes."""

import json
import random

from safetensors import safe_open
from safetensors.numpy import save_file

from gdstudio.errors import BadInput


def change(path, target, edit):
    """Write the run at `path` to `target`, with what `edit` does to its values and arrays."""
    with safe_open(path, "np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = dict(file.metadata())
    values = json.loads(metadata["values"])
    edit(values, arrays)
    save_file(arrays, target, metadata | {"values": json.dumps(values)})


def put(*path, value):
    """Return an edit that puts `value` where the names in `path` lead."""

    def edit(values, _arrays):
        for step in path[:-1]:
            values = values[step]
        values[path[-1]] = value

    return edit


def put_array(name, change):
    """Return an edit that puts what `change` makes of an array in its place."""

    def edit(_values, arrays):
        arrays[name] = change(arrays[name])

    return edit


def damage(content, target, use, *, tries):
    """Change some bytes of a kept run again and again; return how often it could still be used.

    Most changes are made in its head, where all but the numbers stands.
    """
    rng = random.Random(3)
    head = 8 + int.from_bytes(content[:8], "little")
    used = 0
    for _ in range(tries):
        changed = bytearray(content)
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(head if rng.random() < 0.8 else len(changed))
            changed[place] = rng.randrange(256)
        if rng.random() < 0.2:
            changed = changed[: rng.randrange(len(changed))]
        target.write_bytes(changed)
        try:
            use(target)
            used += 1
        except BadInput:
            continue
    return used
