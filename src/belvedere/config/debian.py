"""Which of Debian's packages are missing on this machine. Runs without anything installed.

`make setup` runs this file with the bare system Python, before there is a virtual environment;
`belvedere check` asks the same question later.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("debian.txt")
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
CHINESE = ("wqy-*", "Noto*CJK*", "Noto*SC*", "SourceHan*")


@dataclass(frozen=True)
class Package:
    """One package, the file that shows it is there, and what it is for."""

    name: str
    brings: str
    purpose: str

    @property
    def optional(self) -> bool:
        """Say whether the site runs without it."""
        return self.purpose.startswith(("tests only", "optional"))

    def is_there(self) -> bool:
        """Say whether what it brings can be used, whoever installed it."""
        if ".so" in self.brings:
            return _loads(self.brings)
        if self.brings.endswith(".ttc"):
            return has_chinese_font()
        if self.brings.endswith(".ttf"):
            return _has_font(self.brings)
        return shutil.which(self.brings) is not None


def packages() -> list[Package]:
    """Return all that are needed, as `debian.txt` lists them."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [Package(*line.split(None, 2)) for line in lines if line and line[0] != "#"]


def missing() -> list[Package]:
    """Return those that this machine lacks."""
    return [each for each in packages() if not each.is_there()]


def apt_line(wanted: list[Package]) -> str:
    """Return the command that installs them.

    >>> apt_line([Package("chromium", "chromium", "tests")])
    'apt-get install -y --no-install-recommends chromium'
    """
    names = " ".join(each.name for each in wanted)
    return f"apt-get install -y --no-install-recommends {names}"


def has_chinese_font() -> bool:
    """Say whether some font of this machine has Chinese characters."""
    return any(_has_font(name) for name in CHINESE)


def install() -> int:
    """Install what is missing, as root; else name the line, and let the rest go on."""
    wanted = missing()
    if not wanted:
        return 0
    line = apt_line(wanted)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        purposes = "; ".join(dict.fromkeys(each.purpose for each in wanted))
        print(f"Not installed ({purposes}). As root: {line}")  # noqa: T201
        return 0
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update -q", line):
        done = subprocess.run(command.split(), env=environment, check=False)  # noqa: S603
        if done.returncode:
            print(f"'{command}' failed: see the lines above.", file=sys.stderr)  # noqa: T201
            return done.returncode
    return 0


def _has_font(name: str) -> bool:
    return any(any(folder.rglob(name)) for folder in FONTS if folder.exists())


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(install())
