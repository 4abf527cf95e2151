"""A site of its own for a benchmark: a temporary home, database and server, all removed again.

Import it before Django. Nothing of the installation that is being developed is touched.
"""

import contextlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

HERE = Path(__file__).resolve().parent
HOME = Path(tempfile.mkdtemp(prefix="belvedere-bench-")) / "home"
HOME.mkdir()
for _name in [each for each in os.environ if each.startswith(("BELVEDERE_", "DATABASE_URL"))]:
    del os.environ[_name]
os.environ["BELVEDERE_HOME"] = str(HOME)
os.environ["BELVEDERE_MODE"] = "demo"  # It has a provider that pretends to take money.
os.environ["BELVEDERE_PROXIES"] = "1"  # So that each client may have an address of its own.
os.environ["DJANGO_SETTINGS_MODULE"] = "belvedere.config.settings"

from belvedere.config import postgres  # noqa: E402
from belvedere.config.commands import run  # noqa: E402
from belvedere.config.env import env  # noqa: E402


@contextlib.contextmanager
def database(*, durable=True):
    """Have a PostgreSQL with our tables while the block runs; `durable` flushes commits."""
    try:
        postgres.start(env(), durable=durable)
        done = subprocess.run(
            [sys.executable, "-m", "belvedere.config.cli", "migrate", "--verbosity", "0"]
        )
        assert done.returncode == 0
        import django

        django.setup()
        yield
    finally:
        with contextlib.suppress(Exception):
            from django.db import connections

            connections.close_all()
            connections["default"].close_pool()
        postgres.remove(env())
        shutil.rmtree(HOME.parent, ignore_errors=True)


@contextlib.contextmanager
def server(*, worker=False):
    """Serve the site by `belvedere run` while the block runs; gives its port."""
    words = ["belvedere.config.cli", "run", *([] if worker else ["--no-worker"])]
    with _program(words) as port:
        yield port


@contextlib.contextmanager
def empty():
    """Serve an empty view by the same server, with the same middleware; gives its port."""
    port = _free_port()
    os.environ["BELVEDERE_PORT"] = str(port)
    env.cache_clear()
    argv = list(run.children(env(), worker=False)[0].argv)
    argv[-1] = "_empty:application"
    process = subprocess.Popen(argv, cwd=HERE, start_new_session=True)
    with _while_it_runs(process, port):
        yield port


@contextlib.contextmanager
def admission():
    """Have a worker that does nothing but serve the lines while the block runs."""
    words = [sys.executable, "-m", "belvedere.config.cli", "worker", "--queues", "bench"]
    process = subprocess.Popen(words, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextlib.contextmanager
def _program(words):
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--port", str(port)], start_new_session=True
    )
    with _while_it_runs(process, port):
        yield port


@contextlib.contextmanager
def _while_it_runs(process, port):
    from belvedere.config import network

    try:
        deadline = time.monotonic() + 240
        while not network.answers("127.0.0.1", port):
            assert process.poll() is None, "no server"
            assert time.monotonic() < deadline, "no server"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(capacity, *, mode="counter", price=2500):
    """Put one start on sale that nobody else draws from; returns its allotment."""
    from belvedere.offer.models import Product
    from belvedere.sell import services
    from belvedere.sell.models import Allotment
    from belvedere.shared import clock
    from belvedere.territory.models import Area, Operator

    key = uuid4().hex[:8]
    area = Area.objects.create(kind="ambito", name="Benchmark", slug=f"bench-{key}")
    operator = Operator.objects.create(area=area, name="Benchmark", slug=f"bench-{key}")
    product = Product.objects.create(
        operator=operator,
        theme="outdoor",
        slug=f"bench-{key}",
        state="on_sale",
        price_minor=price,
        created_at=clock.now(),
    )
    day = clock.today() + timedelta(days=30)
    services.offer_places(product.pk, [day], capacity=capacity, mode=mode)
    return Allotment.objects.select_related("product").get(product=product)


def pgbench(script, *, clients=64, seconds=10):
    """Return transactions/s of an SQL script by PostgreSQL's own pgbench, or None."""
    from belvedere.config.postgres import programs
    from belvedere.config.postgres.cluster import NAME, Cluster

    account = programs.account()
    program = programs.find(account) / "pgbench"
    if not program.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.sql"
        path.write_text(script)
        Path(folder).chmod(0o755)
        socket = str(Cluster.of(env().home).socket)
        words = ["-n", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(path)]
        done = subprocess.run(
            [program, *words, "-h", socket, "-U", NAME, NAME],
            capture_output=True,
            text=True,
            cwd="/",
            **account.run_as,
        )
    for line in done.stdout.splitlines():
        if line.startswith("tps"):
            return float(line.split()[2])
    raise SystemExit(done.stderr)


def percentile(took, percent):
    """Return a percentile of sorted seconds, in milliseconds."""
    return round(took[min(len(took) - 1, int(len(took) * percent / 100))] * 1000, 1)


def row(name, seconds, took):
    """Return a line of the table: how many a second, and how long they took."""
    took = sorted(took)
    return {
        "name": name,
        "per_second": round(len(took) / seconds, 1),
        "p50_ms": percentile(took, 50),
        "p99_ms": percentile(took, 99),
    }


def machine():
    """Say where and when it was measured."""
    load = os.getloadavg()[0]
    return {
        "date": date.today().isoformat(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(load, 1),
    }


def show(rows, figures, *, only_json=False):
    """Print the table, and the figures as JSON."""
    if not only_json:
        columns = dict.fromkeys(key for each in rows for key in each if key != "name")
        print(f"{'':34}" + "".join(f"{each:>14}" for each in columns))
        for each in rows:
            cells = (each.get(name, "") for name in columns)
            print(f"{each['name']:34}" + "".join(f"{cell!s:>14}" for cell in cells))
    print(json.dumps({**figures, "rows": rows}))
