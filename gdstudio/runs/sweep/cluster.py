"""Runs computed on other machines: a Dask cluster, by the address of its scheduler.

The extra ``cluster`` brings Dask. Nothing here listens: a client connects to the scheduler that the
user named, and to nobody else.
"""

import importlib
import logging
import re
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import gdstudio
from gdstudio.errors import BadInput
from gdstudio.visible_text import shortened, visible

P = ParamSpec("P")
T = TypeVar("T")

_ADDRESS = re.compile(r"(?:(tcp|tls|ws|wss)://)?(\[[0-9a-fA-F:.]+\]|[\w.-]+):([0-9]{1,5})")
_ENCRYPTED = ("tls", "wss")
_CONNECT_SECONDS = 15
INSTALL = 'pip install "gdstudio[cluster]"'


@dataclass(frozen=True)
class Certificates:
    """What proves to both ends of an encrypted line who the other is: files in PEM format."""

    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @property
    def are_given(self) -> bool:
        """Whether any of them is named."""
        return any((self.ca_file, self.certificate, self.key))


@dataclass(frozen=True)
class DaskCluster:
    """The workers of a Dask cluster; made by `connect`, which has spoken to them.

    Attributes:
        address: of the scheduler.
        certificates: for an encrypted line.
        workers: how many runs are computed at the same time.
        lost: what a call raises whose worker has died.
    """

    address: str
    certificates: Certificates
    workers: int
    lost: tuple[type[BaseException], ...] = field(default=(), repr=False)

    @classmethod
    def connect(cls, address: str, certificates: Certificates | None = None) -> "DaskCluster":
        """Return the cluster whose scheduler listens at `address`, such as ``tcp://127.0.0.1:8786``.

        Raises:
            BadInput: if Dask is not installed, nobody answers, or no worker has this program.
        """
        certificates = certificates or Certificates()
        try:
            _check(address, certificates)
            lost = importlib.import_module("distributed.scheduler").KilledWorker
        except ImportError:
            raise BadInput(
                f"A cluster needs Dask, which is not installed; install it with {INSTALL}."
            ) from None
        client = _client(address, certificates)
        try:
            threads = client.nthreads()
            if not threads:
                raise BadInput(
                    f"The scheduler at {_shown(address)} has no workers; start some, such as "
                    f"`dask worker {_shown(address)} --nthreads 1`."
                )
            _check_versions(client)
        finally:
            _close(client)
        return cls(address, certificates, sum(threads.values()), (lost,))

    @property
    def described(self) -> str:
        """Where that is, in a few words."""
        workers = "1 worker" if self.workers == 1 else f"{self.workers:,} workers"
        return f"{workers} at {_shown(self.address)}"

    def open(self) -> Executor:
        """Return what computes there.

        Raises:
            BadInput: if nobody answers any more.
        """
        return _ClusterExecutor(_client(self.address, self.certificates))


class _ClusterExecutor(Executor):
    """Calls functions on the workers of a cluster."""

    def __init__(self, client: Any) -> None:
        self._client = client
        # The same call that is made again is to be computed again.
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn`, which a worker can import, with arguments that can be pickled."""
        if self._client.status != "running":
            raise BrokenExecutor("the scheduler is gone")
        future: Future[T] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; what has begun is forgotten, where it is not waited for."""
        with suppress(Exception):
            self._executor.shutdown(wait=wait and not cancel_futures)
        _close(self._client)


def _check(address: str, certificates: Certificates) -> None:
    """Refuse what cannot be an address, and certificates that do not belong to it."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[3]) < 65536:
        raise BadInput(
            f"“{_shown(address)}” is no address of a scheduler; write it as tcp://127.0.0.1:8786."
        )
    is_encrypted = found[1] in _ENCRYPTED
    if certificates.are_given and not is_encrypted:
        raise BadInput(
            f"Certificates are for an encrypted line: write the address as tls://{found[2]}:"
            f"{found[3]}, or leave them out."
        )
    if not is_encrypted:
        return
    if certificates.ca_file is None or certificates.certificate is None:
        raise BadInput(
            f"An encrypted line to {_shown(address)} needs --tls-ca-file and --tls-cert, and "
            "--tls-key where the key is in a file of its own."
        )
    for path in (certificates.ca_file, certificates.certificate, certificates.key):
        if path is not None and not path.is_file():
            raise BadInput(f"There is no file {_shown(str(path))}; check where it is.")
    import ssl  # the portable folder has none, and no cluster either

    try:
        context = ssl.create_default_context(cafile=certificates.ca_file)
        context.load_cert_chain(certificates.certificate, certificates.key)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"The certificates cannot be used ({_shown(str(error))}); they are files in PEM format "
            "that belong together."
        ) from None


def _client(address: str, certificates: Certificates) -> Any:
    distributed: Any = importlib.import_module("distributed")
    # What goes wrong on the line is said in one sentence, not in its log.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    security = None
    if certificates.are_given:
        security = distributed.Security(
            require_encryption=True,
            tls_ca_file=_text(certificates.ca_file),
            tls_client_cert=_text(certificates.certificate),
            tls_client_key=_text(certificates.key),
        )
    try:
        return distributed.Client(
            address,
            timeout=_CONNECT_SECONDS,
            security=security,
            set_as_default=False,
            name="gdstudio",
            # Results come by way of the scheduler: workers need not be reachable from here.
            direct_to_workers=False,
        )
    except Exception as error:  # Dask, TLS and the line have exceptions of many kinds
        reason = shortened(visible(str(error)) or type(error).__name__, 200).rstrip(".")
        raise BadInput(
            f"No scheduler answers at {_shown(address)} ({reason}); check the address, or start "
            "one there."
        ) from None


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _check_versions(client: Any) -> None:
    """Refuse workers that would compute by another program, and so other numbers.

    Raises:
        BadInput: if some have none, or another version.
    """
    try:
        found = set(client.run(_version).values())
    except Exception as error:  # whatever a worker without this program raises
        raise BadInput(
            f"The workers do not have gdstudio {gdstudio.__version__} ({type(error).__name__}); "
            f"install it there, with {INSTALL}."
        ) from None
    if found != {gdstudio.__version__}:
        other = ", ".join(sorted(found - {gdstudio.__version__}))
        raise BadInput(
            f"Workers have gdstudio {other}, and this is {gdstudio.__version__}; install the same "
            "version everywhere."
        )


def _version() -> str:
    return gdstudio.__version__


def _close(client: Any) -> None:
    with suppress(Exception):
        client.close(timeout=2)


def _shown(text: str) -> str:
    return shortened(visible(text), 100)
