import pytest
from librouteros.exceptions import ConnectionClosed, FatalError, ProtocolError

from ispconf.edge.troubles import Cause, ConnectionLostError, RouterError, broken, explained
from ispconf.edge.wire import SilentError
from ispconf.errors import Exit


@pytest.mark.parametrize(
    ("message", "command", "version", "cause", "words"),
    [
        (
            "not enough permissions (9)",
            "/ppp/secret/print",
            "7.16.2",
            Cause.PERMISSION,
            "/user/group set [/user get ispconf group] policy=api,read",
        ),
        (
            "not enough permissions (9)",
            "/ppp/secret/set",
            "6.49.17",
            Cause.PERMISSION,
            "/user group set [/user get ispconf group] policy=api,read,write",
        ),
        (
            "no such command prefix",
            "/ip/hotspot/user/print",
            "6.49.17",
            Cause.MISSING,
            "RouterOS 6.49.17 has no /ip/hotspot/user: no such command prefix",
        ),
        (
            "failure: already have such name",
            "/queue/simple/add",
            "7.16.2",
            Cause.ANSWER,
            "/queue/simple: failure: already have such name",
        ),
    ],
)
def test_a_complaint_comes_with_what_to_try(
    message: str, command: str, version: str, cause: Cause, words: str
) -> None:
    found, sentence = explained(message, "ispconf", command, version)
    assert found is cause
    assert message in sentence
    assert words in sentence


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SilentError("it says nothing"), "nothing was heard for 30 s (router busy, or VPN down?)"),
        (FatalError("not logged in"), "the router ended the connection: not logged in"),
        (ProtocolError("not the API"), "not the API (another service on this port?)"),
        (ConnectionClosed("reset"), "the connection was lost (reset); rebooted, or VPN down?"),
    ],
)
def test_why_a_connection_ended(error: Exception, words: str) -> None:
    assert broken(error, 30.0) == words


def test_a_routers_words_cannot_move_the_cursor() -> None:
    error = RouterError("sur-1", Cause.ANSWER, "failure: \x1b[2J\nowned")
    assert str(error) == r"sur-1: failure: \x1b[2J\x0aowned"
    assert error.problem == r"failure: \x1b[2J\x0aowned"


def test_a_lost_connection_is_incomplete_work() -> None:
    error = ConnectionLostError("sur-1", "lost", {}, (0, 1), (2,))
    assert (error.cause, error.exit_code) == (Cause.LOST, Exit.INCOMPLETE)
    assert (error.answered, error.unknown, error.unsent) == ({}, (0, 1), (2,))
