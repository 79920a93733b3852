"""What is made of the portable folder on Linux: an archive with an installer, and a .deb."""

import datetime
import gzip
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import gdstudio
from gdstudio.app import menu_entry

HERE = Path(__file__).resolve().parent / "linux"
ROOT = HERE.parent.parent
# Of Debian's packages, what the folder does not bring along: the C library and what has to fit the
# graphics driver.
NEEDS = ("libegl1", "libgl1", "libgcc-s1", "libstdc++6", "libxcb1", "fontconfig-config")
# Whoever publishes the package says who answers for it.
MAINTAINER = os.environ.get(
    "GDSTUDIO_MAINTAINER", "The Gradient Descent Studio authors <gdstudio@users.noreply.github.com>"
)
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def make_archive(folder: Path, out: Path) -> Path:
    """Pack the folder, with what installs it for one user, into a .tar.xz; return its path."""
    name = f"gdstudio-{gdstudio.__version__}-linux-{platform.machine()}"
    archive = out / f"{name}.tar.xz"
    with tempfile.TemporaryDirectory(prefix="gdstudio-archive-", dir=out) as work:
        top = Path(work) / name
        top.mkdir()
        for file in ("install.sh", "uninstall.sh", "README.txt"):
            shutil.copy(HERE / file, top / file)
        shutil.copytree(folder, top / "gdstudio", symlinks=True)
        packed = Path(work) / "packed.tar.xz"
        subprocess.run(
            ["tar", "--create", "--xz", "--owner=0", "--group=0", "--file", packed, name],
            cwd=work,
            check=True,
            env={**os.environ, "XZ_OPT": "-6 -T0"},
        )
        os.replace(packed, archive)
    return archive


def make_deb(folder: Path, out: Path) -> Path:
    """Make a package for Debian and Ubuntu of the folder, with nfpm; return its path."""
    machine = MACHINES[platform.machine()]
    package = out / f"gdstudio_{gdstudio.__version__}_{machine}.deb"
    with tempfile.TemporaryDirectory(prefix="gdstudio-deb-", dir=out) as work:
        tree = Path(work) / "tree"
        lay_out(folder, tree)
        config = Path(work) / "nfpm.yaml"
        # dpkg-deb compresses on all cores, nfpm on one only.
        repacks = shutil.which("dpkg-deb") is not None
        compression = "none" if repacks else "xz"
        config.write_text(_nfpm(tree, machine, compression), encoding="utf-8")
        subprocess.run(
            [
                *(_nfpm_program(), "package", "--config", str(config), "--packager", "deb"),
                *("--target", str(package)),
            ],
            check=True,
        )
        if repacks:
            raw = str(Path(work) / "raw")
            subprocess.run(["dpkg-deb", "--raw-extract", str(package), raw], check=True)
            subprocess.run(
                ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", raw, str(package)], check=True
            )
    return package


def lay_out(folder: Path, tree: Path) -> None:
    """Lay all the files of the package below `tree` as they lie below / later."""
    program = tree / "usr/lib/gdstudio"
    shutil.copytree(folder, program, symlinks=True)
    for path in program.rglob("*"):
        if path.is_file() and not path.is_symlink():
            # Libraries are not programs, and Debian wants them not to look like some.
            path.chmod(0o755 if path == program / "gdstudio" else 0o644)
    share = tree / "usr/share"
    menu_entry.write(share, ["/usr/bin/gdstudio"])
    (share / "metainfo").mkdir(parents=True)
    metainfo = (HERE / "metainfo.xml").read_text(encoding="utf-8")
    metainfo = metainfo.replace("@version@", gdstudio.__version__)
    metainfo = metainfo.replace("@date@", datetime.date.today().isoformat())
    (share / "metainfo/io.github.gdstudio.gdstudio.metainfo.xml").write_text(
        metainfo, encoding="utf-8"
    )
    _pack(share / "man/man1/gdstudio.1.gz", (HERE / "gdstudio.1").read_bytes())
    documents = share / "doc/gdstudio"
    now = datetime.datetime.now(datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    changes = (
        f"gdstudio ({gdstudio.__version__}) stable; urgency=medium\n\n"
        "  * See CHANGELOG.md of the project.\n\n"
        f" -- {MAINTAINER}  {now}\n"
    )
    _pack(documents / "changelog.gz", changes.encode())
    (documents / "copyright").write_text(_copyright(), encoding="utf-8")
    overrides = share / "lintian/overrides/gdstudio"
    overrides.parent.mkdir(parents=True)
    shutil.copy(HERE / "lintian-overrides", overrides)
    for path in share.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _copyright() -> str:
    """Return the licence of the app, and where those of its parts are."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    return (
        "Gradient Descent Studio\n\n"
        f"{licence}\n\n"
        "The package contains Python, Qt, NumPy and other parts under licences of their own.\n"
        "Their texts are in\n"
        "/usr/lib/gdstudio/_internal/gdstudio/resources/licences/gathered, and\n"
        "“gdstudio --licences” prints them all. On Debian systems the text of the GNU Lesser\n"
        "General Public License, version 3, under which Qt is used, is in\n"
        "/usr/share/common-licenses/LGPL-3.\n"
    )


def _pack(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, 9, mtime=0))


def _nfpm(tree: Path, machine: str, compression: str) -> str:
    glibc = platform.libc_ver()[1]
    needs = [*([f"libc6 (>= {glibc})"] if glibc else []), *NEEDS]
    lines = [
        "name: gdstudio",
        f"arch: {machine}",
        f'version: "{gdstudio.__version__}"',
        "version_schema: none",
        "section: education",
        "priority: optional",
        f'maintainer: "{MAINTAINER}"',
        "description: |",
        "  See, touch and understand how a neural network learns",
        "  Gradient descent on a curve, on a landscape, on a line through ten houses,",
        "  on a handful of neurons, and on a network that reads the digits one draws:",
        "  every number can be seen, and every step be taken by hand.",
        "license: MIT",
        "depends:",
        *(f'  - "{one}"' for one in needs),
        "contents:",
        f'  - src: "{tree}/usr"',
        '    dst: "/usr"',
        "    type: tree",
        '  - src: "../lib/gdstudio/gdstudio"',
        '    dst: "/usr/bin/gdstudio"',
        "    type: symlink",
        "deb:",
        f"  compression: {compression}",
    ]
    return "\n".join(lines) + "\n"


def _nfpm_program() -> str:
    """Return where nfpm is: beside this Python, where the extra `package` has laid it."""
    beside = Path(sys.executable).parent / "nfpm"
    return str(beside) if beside.is_file() else "nfpm"
