"""The web server starts lean: the numerical engines are measure's alone, and only when used."""

import json
import subprocess
import sys

ENGINES = {
    "ibis", "duckdb", "pandas", "polars", "numpy", "scipy", "pyarrow", "altair", "vl_convert",
}  # fmt: skip
START = """
import json, sys
from belvedere.config.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_web_server_starts_without_any_numerical_engine():
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=True, timeout=120
    )
    assert not ENGINES & set(json.loads(done.stdout))
