"""Many browsers in one process: as little HTTP/1.1 as a browser needs, kept alive.

httpx or aiohttp would spend more of the two cores than the server that is measured; this
costs some 60 µs a request. It follows no redirect by itself and keeps one cookie.
"""

import asyncio
import re
import time
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


class Client:
    """One browser at one address, with one connection."""

    def __init__(self, port, number):
        self.port, self.number, self.requests, self.reconnected = port, number, 0, 0
        self.reader = self.writer = None
        self.cookie = self.token = self.etag = ""

    async def get(self, target, **headers):
        return await self.request("GET", target, b"", headers)

    async def post(self, target, **fields):
        fields["csrfmiddlewaretoken"] = self.token
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.request("POST", target, urlencode(fields).encode(), headers)

    async def request(self, method, target, body, headers):
        """Ask, once more on a new connection if the server has closed the idle one."""
        if self.writer is not None:
            try:
                return await self._request(method, target, body, headers)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
                self.reconnected += 1
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return await self._request(method, target, body, headers)

    async def _request(self, method, target, body, headers):
        parts = urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.requests += 1
        # Nobody sends hundreds of forms from one address in ten minutes, but we do.
        crowd = self.requests // 100
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"X-Forwarded-For: 10.{crowd % 250}.{self.number // 250}.{self.number % 250}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        if self.cookie:
            lines.append(f"Cookie: csrftoken={self.cookie}")
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        return await self._answer()

    async def _answer(self):
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        status, told = int(first.split()[1]), {}
        for line in rest:
            name, _, value = line.partition(":")
            told[name.lower()] = value.strip()
            if name.lower() == "set-cookie" and value.strip().startswith("csrftoken="):
                self.cookie = value.strip().split(";")[0].partition("=")[2]
        length = int(told.get("content-length", 0))
        body = await self.reader.readexactly(length) if length else b""
        found = TOKEN.search(body)
        if found:
            self.token = found[1].decode()
        return status, told, body

    def close(self):
        if self.writer:
            self.writer.close()


async def together(clients, work):
    """Let every client do its work at the same moment; returns seconds in all and of each."""
    begun = time.perf_counter()
    took = await asyncio.gather(*(work(each) for each in clients))
    return time.perf_counter() - begun, [one for each in took for one in each]


def times(count):
    """Return a function that says, `count` times in all, that there is more to do."""
    left = iter(range(count))
    return lambda: next(left, None) is not None
