"""The demo channel keeps the contract, and its posts survive a restart."""

import pytest

from belvedere.connectors.demo_channel.channel import DemoChannel
from belvedere.publish.ports import Message, Proof, Stage
from belvedere.shared.errors import Refused
from belvedere.testing import ChannelContract


class TestDemoChannel(ChannelContract):
    @pytest.fixture
    def channel(self, tmp_path):
        return DemoChannel(tmp_path / "posts.json")

    @pytest.fixture
    def message(self):
        return Message("The forest", "Walk slowly.", "en", "https://example.org/r/b-7f3k2")

    def test_it_says_that_it_is_a_simulator(self, channel):
        assert channel.spec.proof is Proof.SIMULATOR

    def test_accepted_first_and_published_when_asked(self, channel, message):
        receipt = channel.publish(message, key="a")
        assert receipt.stage is Stage.ACCEPTED
        assert channel.status(receipt).stage is Stage.PUBLISHED

    def test_a_post_survives_a_restart(self, channel, message):
        receipt = channel.publish(message, key="a")
        again = DemoChannel(channel.path)
        assert again.status(receipt).stage is Stage.PUBLISHED
        assert again.publish(message, key="a").remote_id == receipt.remote_id

    def test_a_withdrawn_post_stays_withdrawn(self, channel, message):
        receipt = channel.publish(message, key="a")
        channel.withdraw(receipt)
        assert channel.status(receipt).stage is Stage.WITHDRAWN

    def test_an_unknown_post_is_refused(self, channel, message):
        receipt = channel.publish(message, key="a")
        channel.path.unlink()
        with pytest.raises(Refused):
            channel.status(receipt)
