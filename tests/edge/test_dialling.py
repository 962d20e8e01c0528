import contextlib
import hashlib
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ispconf.edge.dialling import Address, Tls, dialled
from ispconf.edge.troubles import Cause, RouterError
from ispconf.errors import Exit
from ispconf.simulator import Certificate, Router, Simulator, User
from tests.edge.peers import LOGGED_IN, hear, replies, says, served, until_left

PASSWORD = "contraseña=1"

# RFC 7919, ffdhe2048: a known group spares the tests the search for a prime
DH_GROUP = """\
-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
"""


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    with Simulator() as simulator:
        yield simulator.router("norte-1", users={"ispconf": User(PASSWORD)}, tls=True)


def address(port: int, *, tls: Tls | None = None, timeout: float = 5.0) -> Address:
    return Address("norte-1", "127.0.0.1", port, "ispconf", PASSWORD, tls, timeout)


def refusal(wanted: Address) -> RouterError:
    with pytest.raises(RouterError) as caught, dialled(wanted):
        pass
    error = caught.value
    assert error.router == "norte-1"
    assert error.exit_code is Exit.INCOMPLETE
    assert str(error) == f"norte-1: {error.problem}"
    assert "\n" not in error.problem
    assert PASSWORD not in str(error)
    return error


def test_an_address_never_shows_its_password(router: Router) -> None:
    assert PASSWORD not in repr(address(router.port)) + str(address(router.port))


# login


def test_a_login_of_today(router: Router) -> None:
    with dialled(address(router.port)) as wire:
        assert wire.ask("/system/identity/print").rows == [{"name": "norte-1"}]


def test_small_writes_do_not_wait_for_each_other(router: Router) -> None:
    with dialled(address(router.port)) as wire:
        assert wire.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_login_before_6_43_answers_the_challenge() -> None:
    heard: list[bytes] = []

    def old_router(client: socket.socket) -> None:
        hear(client)
        client.sendall(says("!done", "=ret=ebddd18303a54111e2dea05a92ab46b4", ".tag=1"))
        heard.append(hear(client))
        client.sendall(says("!done", ".tag=2"))
        until_left(client)

    with served(old_router) as port, dialled(address(port)):
        salted = b"\0" + PASSWORD.encode() + bytes.fromhex("ebddd18303a54111e2dea05a92ab46b4")
        assert b"=response=00" + hashlib.md5(salted).hexdigest().encode() in heard[0]  # noqa: S324
        assert PASSWORD.encode() not in heard[0]


def test_a_wrong_challenge_response_is_a_refused_login() -> None:
    old = replies(
        (1, says("!done", "=ret=ebddd18303a54111e2dea05a92ab46b4", ".tag=1")),
        (1, says("!trap", "=message=cannot log in", ".tag=2") + says("!done", ".tag=2")),
    )
    with served(old) as port:
        error = refusal(address(port))
    assert error.cause is Cause.LOGIN
    assert "cannot log in" in error.problem


@pytest.mark.parametrize("group", ["full", "telnet-only"])
def test_a_refused_login(router: Router, group: str) -> None:
    if group == "telnet-only":
        router.add("/user/group", name=group, policy="telnet,read")
        router.add("/user", name="tel", password=PASSWORD, group=group)
    user = {"full": "ispconf", "telnet-only": "tel"}[group]
    password = {"full": "wrong", "telnet-only": PASSWORD}[group]
    error = refusal(Address("norte-1", "127.0.0.1", router.port, user, password))
    assert error.cause is Cause.LOGIN
    assert f'user "{user}" may not log in: invalid user name or password (6)' in error.problem
    assert "policy api" in error.problem


def test_a_router_that_has_had_enough_says_why() -> None:
    with served(replies((1, says("!fatal", "too many commands before login")))) as port:
        error = refusal(address(port))
    assert error.cause is Cause.LOGIN
    assert "ended the connection: too many commands before login" in error.problem


# TCP


@pytest.mark.parametrize("host", ["a..b", "no host"])
def test_a_name_that_is_not_resolved(host: str) -> None:
    error = refusal(Address("norte-1", host, 8728, "ispconf", PASSWORD))
    assert error.cause is Cause.UNREACHABLE
    assert f'the name "{host}" is not resolved' in error.problem


def test_no_way_to_the_address() -> None:
    error = refusal(Address("norte-1", "255.255.255.255", 8728, "ispconf", PASSWORD))
    assert error.cause is Cause.UNREACHABLE
    assert "no way to 255.255.255.255 (Network is unreachable); VPN down?" in error.problem


@pytest.mark.parametrize(("tls", "service"), [(None, "api"), (Tls("none"), "api-ssl")])
def test_a_port_where_nobody_listens(tls: Tls | None, service: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and kept, so that no other test listens there meanwhile
        port = taken.getsockname()[1]
        error = refusal(address(port, tls=tls))
    assert error.cause is Cause.REFUSED
    assert f"connection refused on port {port}" in error.problem
    assert f"/ip service enable {service})" in error.problem


def test_a_router_that_does_not_answer_at_all() -> None:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as server,
        contextlib.ExitStack() as full,
    ):
        for _ in range(4):  # Linux drops the handshakes that the backlog has no room for
            waiting = full.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(server.getsockname())
        error = refusal(address(server.getsockname()[1], timeout=0.05))
    assert error.cause is Cause.UNREACHABLE
    assert error.problem == "connection timed out after 0.05 s (VPN down?)"


def test_a_port_that_accepts_and_says_nothing() -> None:
    with served(until_left) as port:
        error = refusal(address(port, timeout=0.05))
    assert error.cause is Cause.UNREACHABLE
    assert "accepted, but nothing was said for 0.05 s" in error.problem


def close_at_once(client: socket.socket) -> None:
    client.close()


def test_an_address_that_the_service_does_not_allow() -> None:
    with served(close_at_once) as port:
        error = refusal(address(port))
    assert error.cause is Cause.REFUSED
    assert "closed without a word" in error.problem
    assert "/ip service address= of api" in error.problem


def test_another_service_on_that_port() -> None:
    def ssh(client: socket.socket) -> None:
        client.sendall(b"SSH-2.0-ROSSSH\r\n")
        until_left(client)

    with served(ssh) as port:
        error = refusal(address(port))
    assert error.cause is Cause.REFUSED
    assert f"port {port} does not speak the RouterOS API; api is usually 8728" in error.problem


# TLS


def secured(router: Router, tls: Tls, timeout: float = 5.0) -> Address:
    return address(router.tls_port or 0, tls=tls, timeout=timeout)


def colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


@pytest.mark.parametrize("spelled", [str, str.upper, colons, lambda text: colons(text.upper())])
def test_the_right_fingerprint(router: Router, spelled: Callable[[str], str]) -> None:
    tls = Tls("fingerprint", spelled(router.fingerprint))
    with dialled(secured(router, tls)) as wire:
        assert wire.ask("/system/identity/print").rows == [{"name": "norte-1"}]
        assert isinstance(wire.socket, ssl.SSLSocket)


@pytest.mark.parametrize("written", ["9f:86", ""])
def test_another_fingerprint_is_shown_and_no_password_is_sent(router: Router, written: str) -> None:
    router.forget()
    error = refusal(secured(router, Tls("fingerprint", written)))
    assert error.cause is Cause.TLS
    assert f'"{colons(router.fingerprint)}"' in error.problem
    assert written in error.problem
    with dialled(secured(router, Tls("fingerprint", colons(router.fingerprint)))):
        pass


def test_a_certificate_that_nobody_known_signed(router: Router) -> None:
    error = refusal(secured(router, Tls("ca")))
    assert error.cause is Cause.TLS
    assert "not verified (self-signed certificate)" in error.problem
    assert "verify: fingerprint" in error.problem


def test_an_authority_of_ones_own(router: Router, tmp_path: Path) -> None:
    certificate = router.certificate
    assert isinstance(certificate, Certificate)
    authority = tmp_path / "ca.pem"
    authority.write_bytes(certificate.pem)
    error = refusal(secured(router, Tls("ca", ca=str(authority))))
    assert "not valid for '127.0.0.1'" in error.problem  # trusted, but it is not this host's


def test_an_authority_that_cannot_be_read(router: Router, tmp_path: Path) -> None:
    error = refusal(secured(router, Tls("ca", ca=str(tmp_path / "missing.pem"))))
    assert error.cause is Cause.TLS
    assert 'missing.pem" cannot be used (No such file or directory)' in error.problem


def test_whoever_answers_is_taken_when_nothing_is_verified(router: Router) -> None:
    with dialled(secured(router, Tls("none"))) as wire:
        assert not wire.ask("/system/identity/print").traps


def test_a_router_without_certificate_is_spoken_to_anonymously(tmp_path: Path) -> None:
    group = tmp_path / "dh.pem"
    group.write_text(DH_GROUP)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ADH:@SECLEVEL=0")
    context.load_dh_params(str(group))

    def anonymous(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True) as peer:
            hear(peer)
            peer.sendall(LOGGED_IN)
            until_left(peer)

    with served(anonymous) as port, dialled(address(port, tls=Tls("none"))) as wire:
        assert isinstance(wire.socket, ssl.SSLSocket)
        assert (wire.socket.cipher() or ("",))[0].startswith("ADH-")


@pytest.mark.parametrize("verify", [Tls("ca"), Tls("fingerprint", "9f")])
def test_a_router_without_certificate_is_refused_where_one_is_asked_for(verify: Tls) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def bare(client: socket.socket) -> None:
        with context.wrap_socket(client, server_side=True):
            pass

    with served(bare) as port:
        error = refusal(address(port, tls=verify))
    assert error.cause is Cause.TLS
    assert "has api-ssl a certificate" in error.problem


def alert_of_a_plain_port(client: socket.socket) -> None:
    client.recv(1 << 16)
    client.sendall(b"\x05!trap not tls")
    until_left(client)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (alert_of_a_plain_port, "does not speak TLS: api-ssl is usually 8729"),
        (until_left, "TLS handshake without an answer for 0.05 s"),
        (close_at_once, "does its address= allow us?"),
    ],
)
def test_a_port_without_tls(talk: Callable[[socket.socket], None], words: str) -> None:
    timeout = 0.05 if talk is until_left else 5
    with served(talk) as port:
        error = refusal(address(port, tls=Tls("none"), timeout=timeout))
    assert error.cause is Cause.TLS
    assert words in error.problem
