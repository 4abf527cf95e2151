"""The demo channel: a pretended network whose posts lie in a file."""

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from belvedere.publish.ports import (
    ChannelSpec,
    Message,
    Problem,
    Proof,
    Reading,
    Receipt,
    Stage,
)
from belvedere.shared import clock
from belvedere.shared.errors import Refused

LONGEST = 2000


class DemoChannel:
    """A pretended network: it accepts at once, and publishes when it is asked next.

    That is how the real ones behave, and it lets people see that accepted is not published.
    Its posts lie in one JSON file, so that they are still there after a restart.

    Args:
        path: The file; made at the first post.

    """

    spec = ChannelSpec(
        key="demo",
        name="Demo channel",
        proof=Proof.SIMULATOR,
        max_text=LONGEST,
        max_images=4,
        settings={"path": "File in which the posts are kept."},
    )

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def check(self, message: Message) -> list[Problem]:
        """Say what this network would refuse."""
        problems = []
        if not message.title.strip():
            problems.append(Problem("title", "A post needs a headline."))
        if len(message.text) > LONGEST:
            problems.append(
                Problem("text", f"{len(message.text)} characters; at most {LONGEST} fit.")
            )
        return problems

    def publish(self, message: Message, *, key: str) -> Receipt:
        """Take the post. The key names it, so the second call finds the first one's."""
        if problems := self.check(message):
            raise Refused(problems[0].text)
        remote_id = "demo-" + sha256(key.encode()).hexdigest()[:12]
        with self._posts() as posts:
            post = posts.setdefault(
                remote_id,
                {
                    "title": message.title,
                    "text": message.text,
                    "language": message.language,
                    "link": message.link,
                    "at": clock.now().isoformat(),
                    "stage": Stage.ACCEPTED.value,
                },
            )
        return Receipt(remote_id, Stage(post["stage"]))

    def status(self, receipt: Receipt) -> Receipt:
        """Say how far the post is: what was accepted is out by the time that somebody asks."""
        return self._receipt(receipt.remote_id, self._post(receipt))

    def withdraw(self, receipt: Receipt) -> Receipt:
        """Take the post down."""
        with self._posts() as posts:
            if receipt.remote_id not in posts:
                raise Refused("There is no such post.")
            posts[receipt.remote_id]["stage"] = Stage.WITHDRAWN.value
            return self._receipt(receipt.remote_id, posts[receipt.remote_id])

    def results(self, receipt: Receipt) -> Iterable[Reading]:
        """Say nothing: nobody looks at a pretended network."""
        return []

    def _post(self, receipt: Receipt) -> dict[str, Any]:
        with self._posts() as posts:
            if receipt.remote_id not in posts:
                raise Refused("There is no such post.")
            return dict(posts[receipt.remote_id])

    def _receipt(self, remote_id: str, post: dict[str, Any]) -> Receipt:
        stage = Stage(post["stage"])
        return Receipt(remote_id, Stage.PUBLISHED if stage is Stage.ACCEPTED else stage)

    @contextmanager
    def _posts(self) -> Iterator[dict[str, dict[str, Any]]]:
        """Read the file, and write it back if the block changed something; one at a time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            before = file.read()
            posts = json.loads(before or "{}")
            yield posts
            after = json.dumps(posts, ensure_ascii=False, indent=1)
            if after != before:
                file.seek(0)
                file.truncate()
                file.write(after)
