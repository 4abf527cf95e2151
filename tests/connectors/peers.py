"""Programs of others that agree with ours or don't: packages of npm, where Node is installed.

They are no part of Belvedere and of no installation. `make peers` brings them; what needs one
that is missing is skipped, and says so.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "peers"


def node(script, given, package):
    """Run a script of Node that reads JSON and writes JSON, beside the installed packages."""
    if not shutil.which("node") or not (FOLDER / "node_modules" / package).is_dir():
        pytest.skip(
            f"NOT CHECKED AGAINST THE VENDOR'S CLIENT: Node or its package {package} is missing"
            " (install Node, then `make peers`)"
        )
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=FOLDER,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
