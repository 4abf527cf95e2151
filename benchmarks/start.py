"""How long the web server's program takes to load, beside Wagtail's own, in the same run.

    belvedere bench start [--times 5] [--json]

- `belvedere`: our WSGI application with every address, in a new process.
- `wagtail`: Django and Wagtail's admin with the same third-party apps, without ours.

The promise is less than 3 s, without ibis or duckdb.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

OURS = """
import resource
from belvedere.config.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
THEIRS = """
import resource
from belvedere.config import settings as ours
from django.conf import settings
settings.configure(
    INSTALLED_APPS=[each for each in ours.INSTALLED_APPS if not each.startswith("belvedere")],
    SECRET_KEY="x", DATABASES=ours.DATABASES, TEMPLATES=ours.TEMPLATES, STATIC_URL="/static/",
    ROOT_URLCONF="wagtail.admin.urls", WAGTAILADMIN_BASE_URL="http://localhost", USE_TZ=True,
    LANGUAGES=ours.LANGUAGES, WAGTAIL_I18N_ENABLED=True, LANGUAGE_CODE="it",
    WAGTAIL_CONTENT_LANGUAGES=ours.LANGUAGES,
)
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
from django.urls import get_resolver
get_resolver().url_patterns
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(code, times):
    """Return the median seconds and MiB of running some code in a new Python."""
    seconds, memory = [], []
    for _ in range(times):
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "belvedere.config.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
        seconds.append(time.perf_counter() - begun)
        memory.append(int(done.stdout.split()[-1]) / 1024)
    return {
        "seconds": round(statistics.median(seconds), 2),
        "memory_mib": round(statistics.median(memory)),
    }


def main():
    """Measure both, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    measure(OURS, 1)  # Writes the byte code.
    found = {
        "belvedere": measure(OURS, options.times),
        "wagtail": measure(THEIRS, options.times),
    }
    found["ratio"] = round(found["belvedere"]["seconds"] / found["wagtail"]["seconds"], 2)
    if options.json:
        print(json.dumps(found))
        return
    for name in ("belvedere", "wagtail"):
        print(f"{name:<10} {found[name]['seconds']:6.2f} s {found[name]['memory_mib']:5} MiB")
    print(f"ratio      {found['ratio']:6.2f}")


if __name__ == "__main__":
    main()
