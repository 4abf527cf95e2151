"""One mail to one person over SMTP, with one-click unsubscribe (RFC 8058) and DKIM."""

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dkim

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
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater

SIGNED = [
    each.encode()
    for each in (
        "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
        "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
    )
]  # fmt: skip
AUTHENTICATION = {530, 534, 535, 538}


class Newsletter:
    """A mail server that takes one mail for one person at a call.

    SMTP has no idempotency key: the key only makes the Message-ID, and the platform never
    calls twice for a mail that may have left. Whether somebody's mailbox took it, SMTP does
    not tell; the stage is never more than accepted.

    Args:
        smtp_url: `smtp://user:password@host:587` (STARTTLS is used where the server offers
            it) or `smtps://…:465`. Empty: mails are written into `folder`.
        sender: What stands in From.
        folder: Where mails go without a server.
        dkim_key: Private key, PEM. Empty: the mail server signs, or nobody does.
        dkim_selector: The selector under which the public key stands in the DNS.
        dkim_domain: The signing domain; the sender's when empty.
        timeout: Seconds to wait for the server.

    """

    spec = ChannelSpec(
        key="newsletter",
        name="Newsletter (SMTP)",
        proof=Proof.PEER,
        settings={
            "BELVEDERE_SMTP_URL": "Mail server: smtp://user:password@host:587.",
            "BELVEDERE_MAIL_FROM": "Sender.",
            "BELVEDERE_DKIM_KEY": "File with the private DKIM key, PEM.",
            "BELVEDERE_DKIM_SELECTOR": "Its selector in the DNS.",
        },
        one_by_one=True,
    )

    def __init__(
        self,
        *,
        smtp_url: str = "",
        sender: str = "Belvedere <no-reply@localhost>",
        folder: str | Path = "",
        dkim_key: str = "",
        dkim_selector: str = "",
        dkim_domain: str = "",
        timeout: float = 30,
    ) -> None:
        self.server = urlsplit(smtp_url)
        self.sender = sender
        self.folder = Path(folder) if folder else None
        self.key = dkim_key.encode()
        self.selector = dkim_selector.encode()
        self.domain = parseaddr(sender)[1].rpartition("@")[2]
        self.signer = (dkim_domain or self.domain).encode()
        self.timeout = timeout

    def check(self, message: Message) -> list[Problem]:
        """Say what would make a bad mail."""
        problems = []
        if not message.title.strip() or "\n" in message.title:
            problems.append(Problem("title", "The subject is one line that is not empty."))
        if not message.text.strip():
            problems.append(Problem("text", "The mail says nothing."))
        return problems

    def publish(self, message: Message, *, key: str) -> Receipt:
        """Hand one mail over.

        Args:
            message: `options` has `to`, `unsubscribe`, `html` and `text`.
            key: Names the mail; its Message-ID is made of it.

        Raises:
            Refused: The server said no for good (5xx), to the address or the mail.
            TryLater: It said not now (4xx), or could not be reached; nothing left.
            NotAuthorised: It doesn't know us.
            OutcomeUnknown: It fell silent after the mail's text was under way.

        """
        mail = self._mail(message, key)
        data = self._signed(mail.as_bytes(policy=SMTP))
        receipt = Receipt(mail["Message-ID"], Stage.ACCEPTED)
        if self.server.hostname:
            with self._connected() as smtp:
                self._envelope(smtp, parseaddr(message.options["to"])[1])
                self._data(smtp, data)
        elif self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = sha256(key.encode()).hexdigest()[:16]
            (self.folder / f"{name}.eml").write_bytes(data)
        else:
            raise NotAuthorised("No mail server is set: BELVEDERE_SMTP_URL.")
        return receipt

    def status(self, receipt: Receipt) -> Receipt:
        """Say what is known: the server took it, no more."""
        return receipt

    def withdraw(self, receipt: Receipt) -> Receipt:
        """Refuse: a mail that has left cannot be taken back."""
        raise Refused("A mail that has left cannot be taken back.")

    def results(self, receipt: Receipt) -> Iterable[Reading]:
        """Say nothing: what a mail brought is read from the links followed, not from spying."""
        return []

    def _mail(self, message: Message, key: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.sender
        mail["To"] = message.options["to"]
        mail["Subject"] = message.title
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@{self.domain}>"
        mail["List-Id"] = f"<newsletter.{self.domain}>"
        mail["List-Unsubscribe"] = f"<{message.options['unsubscribe']}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Content-Language"] = message.language
        mail.set_content(
            message.options.get("text") or f"{message.text}\n\n{message.link}\n", cte="base64"
        )
        if html := message.options.get("html"):
            mail.add_alternative(html, subtype="html", cte="base64")
        return mail

    def _signed(self, data: bytes) -> bytes:
        if not self.key:
            return data
        signature: bytes = dkim.sign(
            data, self.selector, self.signer, self.key, include_headers=SIGNED
        )
        return signature + data

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Open a session; whatever fails before the mail's text means that nothing left."""
        secure = self.server.scheme == "smtps"
        try:
            smtp = self._session(secure)
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater("The mail server cannot be reached.") from error
        try:
            self._greet(smtp, secure)
            yield smtp
        except smtplib.SMTPAuthenticationError as error:
            raise NotAuthorised("The mail server refuses our name or password.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater("The mail server broke off before the mail was sent.") from error
        finally:
            smtp.close()

    def _session(self, secure: bool) -> smtplib.SMTP:
        host = self.server.hostname or ""
        if secure:
            return smtplib.SMTP_SSL(
                host,
                self.server.port or 465,
                timeout=self.timeout,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(host, self.server.port or 25, timeout=self.timeout)

    def _greet(self, smtp: smtplib.SMTP, secure: bool) -> None:
        smtp.ehlo_or_helo_if_needed()
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if self.server.username:
            smtp.login(unquote(self.server.username), unquote(self.server.password or ""))

    def _envelope(self, smtp: smtplib.SMTP, to: str) -> None:
        _expect(smtp.mail(parseaddr(self.sender)[1]))
        _expect(smtp.rcpt(to))
        _expect(smtp.docmd("DATA"), success=3)

    def _data(self, smtp: smtplib.SMTP, data: bytes) -> None:
        """Send the text. From here on a silence leaves the outcome unknown."""
        quoted = b"\r\n".join(
            b"." + line if line.startswith(b".") else line for line in data.split(b"\r\n")
        )
        try:
            smtp.send(quoted.removesuffix(b"\r\n") + b"\r\n.\r\n")
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise OutcomeUnknown("The mail server fell silent after the text.") from error
        _expect(answer)


def _expect(answer: tuple[int, bytes], *, success: int = 2) -> None:
    """Translate a server's answer. Its words are kept, without addresses."""
    status, said = answer
    if status // 100 == success:
        return
    text = f"{status} {_without_addresses(said.decode('utf-8', 'replace'))}"[:180]
    if status in AUTHENTICATION:
        raise NotAuthorised(text)
    if status // 100 == 4:
        raise TryLater(text)
    if status // 100 == 5:
        raise Refused(text)
    raise OutcomeUnknown(text)


def _without_addresses(text: str) -> str:
    return " ".join("…" if "@" in word else word for word in text.split())
