"""PyTorch, scikit-learn and JAX in the contest of speed.

The libraries are imported where they are used, so that a process holds only its own.
"""

import time
from typing import Any

import numpy as np
from speed_contest import CLASSES, LEARNING_RATE, PIXELS, Contestant, Round, Task


class PyTorch(Contestant):
    """PyTorch's eager loop."""

    def __init__(self, threads: int | None):
        import torch

        super().__init__(threads)
        self.inputs = torch.from_numpy(self.floats())
        self.labels = torch.from_numpy(self.digits.training.labels.astype(np.int64))

    def versions(self) -> dict[str, str]:
        """Return PyTorch's."""
        import torch

        return {"PyTorch": torch.__version__}

    def train(self, task: Task, seed: int) -> Round:
        """Learn one epoch."""
        import torch

        torch.set_num_threads(self.threads)
        torch.manual_seed(seed)
        network = self._network(task)
        inputs, labels = self.inputs, self.labels
        if task.has_convolutions:
            inputs = inputs.view(-1, 1, PIXELS, PIXELS)
        loss = torch.nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
        begun = time.perf_counter()
        for chosen in torch.randperm(len(inputs)).split(task.batch_size):
            optimizer.zero_grad()
            loss(network(inputs[chosen]), labels[chosen]).backward()
            optimizer.step()
        seconds = time.perf_counter() - begun
        with torch.no_grad():
            test = torch.from_numpy(self.test_floats()).view(-1, *inputs.shape[1:])
            return self.round(seconds, network(test).argmax(dim=1).numpy())

    def _network(self, task: Task) -> Any:
        from torch import nn

        parts: list[nn.Module] = []
        for part, shape in zip((*task.layers, CLASSES), task.weight_shapes(), strict=True):
            if isinstance(part, tuple):
                _, _, channels, filters = shape
                parts.append(nn.Conv2d(channels, filters, part[1], stride=part[2]))
            else:
                if parts and isinstance(parts[-2], nn.Conv2d):
                    parts.append(nn.Flatten())
                parts.append(nn.Linear(*shape))
            parts.append(nn.ReLU())
        return nn.Sequential(*parts[:-1])


class ScikitLearn(Contestant):
    """scikit-learn's MLPClassifier, one `partial_fit` of all images, which is one epoch."""

    def __init__(self, threads: int | None):
        import sklearn.neural_network  # noqa: F401 - if it is missing, be told before the rounds

        super().__init__(threads)
        self.inputs = self.floats()

    def versions(self) -> dict[str, str]:
        """Return scikit-learn's."""
        import sklearn

        return {"scikit-learn": sklearn.__version__}

    def train(self, task: Task, seed: int) -> Round:
        """Learn one epoch."""
        from sklearn.neural_network import MLPClassifier
        from threadpoolctl import threadpool_limits

        network = MLPClassifier(
            task.layers,
            activation="relu",
            solver="sgd",
            alpha=0.0,
            batch_size=task.batch_size,
            learning_rate="constant",
            learning_rate_init=LEARNING_RATE,
            momentum=0.0,
            nesterovs_momentum=False,
            shuffle=True,
            random_state=seed,
        )
        labels = self.digits.training.labels
        with threadpool_limits(self.threads):
            begun = time.perf_counter()
            network.partial_fit(self.inputs, labels, classes=np.arange(CLASSES))
            seconds = time.perf_counter() - begun
        return self.round(seconds, network.predict(self.test_floats()))


class Jax(Contestant):
    """JAX, the whole epoch compiled into one program: a `lax.scan` over its batches.

    Its threads are chosen when its process starts, by the process's processors.
    """

    def __init__(self, threads: int | None):
        import jax.numpy as jnp

        super().__init__(threads)
        self.inputs = jnp.asarray(self.floats())
        self.labels = jnp.asarray(self.digits.training.labels.astype(np.int32))
        self._compiled: dict[str, Any] = {}

    def versions(self) -> dict[str, str]:
        """Return JAX's."""
        import jax

        return {"JAX": jax.__version__}

    def train(self, task: Task, seed: int) -> Round:
        """Learn one epoch."""
        import jax
        import jax.numpy as jnp

        rng = np.random.default_rng(seed)
        parameters = [
            (
                jnp.asarray(rng.normal(0, np.sqrt(2 / np.prod(s[:-1])), s).astype(np.float32)),
                jnp.zeros(s[-1], jnp.float32),
            )
            for s in task.weight_shapes()
        ]
        key = jax.random.key(seed)
        name = f"{task.name} by {task.batch_size}"
        if name not in self._compiled:
            epoch = jax.jit(_jax_epoch(task), donate_argnums=0)
            lowered = epoch.lower(parameters, self.inputs, self.labels, key)
            self._compiled[name] = lowered.compile()
        begun = time.perf_counter()
        parameters = self._compiled[name](parameters, self.inputs, self.labels, key)
        jax.block_until_ready(parameters)
        seconds = time.perf_counter() - begun
        sums = _jax_forward(task, parameters, jnp.asarray(self.test_floats()))
        return self.round(seconds, np.asarray(sums).argmax(axis=1))


def _jax_forward(task: Task, parameters: Any, inputs: Any) -> Any:
    import jax

    if task.has_convolutions:
        inputs = inputs.reshape(-1, PIXELS, PIXELS, 1)
    last = len(parameters) - 1
    for index, (weights, biases) in enumerate(parameters):
        if weights.ndim == 4:
            inputs = _jax_patches(inputs, weights.shape[0], task.layers[index][2])
            inputs = inputs @ weights.reshape(-1, weights.shape[-1])
        else:
            inputs = inputs.reshape(len(inputs), -1) @ weights
        inputs = inputs + biases
        if index < last:
            inputs = jax.nn.relu(inputs)
    return inputs


def _jax_patches(images: Any, size: int, stride: int) -> Any:
    """Return what a filter sees at each place, ``(n, height, width, size · size · channels)``.

    On processors `lax.conv_general_dilated` inside of a scan reached an eighth of the speed of
    these patches and one matrix product.
    """
    import jax.numpy as jnp

    reach = (images.shape[1] - size) // stride * stride + 1
    parts = [
        images[:, i : i + reach : stride, j : j + reach : stride]
        for i in range(size)
        for j in range(size)
    ]
    return jnp.concatenate(parts, axis=-1)


def _jax_epoch(task: Task) -> Any:
    import jax
    import jax.numpy as jnp

    def cost(parameters: Any, inputs: Any, labels: Any) -> Any:
        logarithms = jax.nn.log_softmax(_jax_forward(task, parameters, inputs))
        return -jnp.mean(jnp.take_along_axis(logarithms, labels[:, None], axis=1))

    def epoch(parameters: Any, inputs: Any, labels: Any, key: Any) -> Any:
        def step(parameters: Any, chosen: Any) -> tuple[Any, Any]:
            value, slopes = jax.value_and_grad(cost)(parameters, inputs[chosen], labels[chosen])
            moved = jax.tree.map(lambda p, g: p - LEARNING_RATE * g, parameters, slopes)
            return moved, value

        order = jax.random.permutation(key, len(inputs))
        whole = len(inputs) // task.batch_size * task.batch_size
        parameters, _ = jax.lax.scan(step, parameters, order[:whole].reshape(-1, task.batch_size))
        if whole < len(inputs):
            parameters, _ = step(parameters, order[whole:])
        return parameters

    return epoch
