"""Mails leave through a real mail server, signed, and every bad answer is told apart."""

import socket
import threading
from email import message_from_bytes, policy

import dkim
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from belvedere.connectors.newsletter.channel import Newsletter
from belvedere.publish.ports import Message, Stage
from belvedere.shared.errors import NotAuthorised, OutcomeUnknown, Refused, TryLater
from belvedere.testing import ChannelContract


class Sink:
    """Takes mails, and answers with what a test tells it to."""

    def __init__(self):
        self.mails, self.answers = [], {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.get("data", "250 taken")
        if answer.startswith("250"):
            self.mails.append(envelope)
        return answer


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


@pytest.fixture
def sink():
    handler = Sink()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


def letter(**options):
    return Message(
        title="秋天的森林 · L’autunno",
        text="Walk slowly.\n.A line that begins with a dot.",
        language="zh-Hans",
        link="https://example.org/r/b-7f3k2",
        options={
            "to": "reader@example.com",
            "unsubscribe": "https://example.org/n/leave/opaque",
            "html": "<p>Walk slowly.</p>",
            **options,
        },
    )


def sent(sink):
    return message_from_bytes(sink.mails[-1].original_content, policy=policy.default)


class TestNewsletter(ChannelContract):
    @pytest.fixture
    def channel(self, sink):
        return Newsletter(smtp_url=sink.url, sender="Belvedere <news@example.org>")

    @pytest.fixture
    def message(self):
        return letter()

    def test_the_mail_arrives_as_it_was_written(self, channel, message, sink):
        receipt = channel.publish(message, key="delivery-1")
        mail = sent(sink)
        assert receipt.stage is Stage.ACCEPTED
        assert mail["Subject"] == message.title
        assert mail["Message-ID"] == receipt.remote_id
        assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == (
            f"{message.text}\n\n{message.link}\n"
        )
        assert "Walk slowly" in mail.get_body(("html",)).get_content()
        assert sink.mails[0].rcpt_tos == ["reader@example.com"]

    def test_it_can_be_left_in_one_click(self, channel, message, sink):
        channel.publish(message, key="delivery-1")
        mail = sent(sink)
        assert mail["List-Unsubscribe"] == "<https://example.org/n/leave/opaque>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    @pytest.mark.parametrize("where", ["rcpt", "data"])
    @pytest.mark.parametrize(
        ("answer", "error"),
        [("451 busy", TryLater), ("550 no reader@example.com here", Refused)],
    )
    def test_not_now_and_never_are_told_apart(
        self, channel, message, sink, where, answer, error
    ):
        sink.answers[where] = answer
        with pytest.raises(error) as told:
            channel.publish(message, key="delivery-1")
        assert "@" not in str(told.value)
        assert sink.mails == []

    def test_nobody_listening_means_nothing_happened(self, message):
        with pytest.raises(TryLater):
            Newsletter(smtp_url=f"smtp://127.0.0.1:{free_port()}").publish(message, key="x")

    def test_a_wrong_password_needs_a_person(self, message):
        port = free_port()
        controller = Controller(
            Sink(),
            hostname="127.0.0.1",
            port=port,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=False, handled=False),
        )
        controller.start()
        try:
            with pytest.raises(NotAuthorised):
                Newsletter(smtp_url=f"smtp://me:wrong@127.0.0.1:{port}").publish(
                    message, key="x"
                )
        finally:
            controller.stop()

    def test_without_a_server_the_mail_lies_in_the_folder(self, message, tmp_path):
        Newsletter(folder=tmp_path / "mail").publish(message, key="delivery-1")
        (file,) = (tmp_path / "mail").glob("*.eml")
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in file.read_bytes()

    def test_a_line_break_in_the_subject_is_a_problem(self, channel):
        found = channel.check(Message("Hi\nBcc: all@example.org", "text", "en", "x"))
        assert [each.field for each in found] == ["title"]


class SilentAfterData:
    """A server that reads the mail and hangs up without a word."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.received = b""
        threading.Thread(target=self._talk, daemon=True).start()

    def _talk(self):
        talk, _ = self.socket.accept()
        with talk:
            talk.sendall(b"220 hello\r\n")
            for answer in (b"250 you\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                talk.recv(4096)
                talk.sendall(answer)
            for piece in iter(lambda: talk.recv(4096), b""):
                self.received += piece
                if self.received.endswith(b"\r\n.\r\n"):
                    return


def test_a_silence_after_the_text_leaves_the_outcome_unknown():
    server = SilentAfterData()
    with pytest.raises(OutcomeUnknown):
        Newsletter(smtp_url=server.url, timeout=5).publish(letter(), key="x")
    assert server.received.endswith(b"\r\n.\r\n")


@pytest.fixture(scope="module")
def keys():
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    return pem, record


@pytest.fixture
def signed(sink, keys):
    Newsletter(
        smtp_url=sink.url,
        sender="Belvedere <news@example.org>",
        dkim_key=keys[0],
        dkim_selector="belvedere",
    ).publish(letter(), key="delivery-1")
    return sink.mails[0].original_content


def verified(mail, keys):
    def dns(name, timeout=5):
        return keys[1] if name == b"belvedere._domainkey.example.org." else None

    return dkim.verify(mail, dnsfunc=dns)


def test_the_signature_holds_for_what_the_server_received(signed, keys):
    assert verified(signed, keys)


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b"List-Unsubscribe: <https://example.org", b"List-Unsubscribe: <https://evil.org"),
        (b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: Last"),
    ],
)
def test_the_signature_covers_the_way_out(signed, keys, true, false):
    assert true in signed
    assert not verified(signed.replace(true, false), keys)
