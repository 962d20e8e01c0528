"""From an address to a wire on which a router has accepted our name: TCP, TLS, login.

Knows both ages of the login (6.43 changed it) and three ways of trusting a certificate. Each step
has its time limit and its own sentence when it fails. Knows nothing of menus.
"""

import hashlib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from librouteros.exceptions import FatalError, ProtocolError

from ispconf.edge.fleet import stoppable
from ispconf.edge.troubles import Cause, RouterError, broken
from ispconf.edge.wire import FAILURES, Command, SilentError, Wire

_CHALLENGE = re.compile("[0-9a-fA-F]{32}")


class Tls(NamedTuple):
    """How the router's certificate is trusted.

    ``ca``: signed for its host by an authority, of the system or of the PEM file ``ca``.
    ``fingerprint``: its SHA-256, with or without colons, whoever signed it. ``none``: whoever
    answers; nobody can listen without being active, but an impostor gets the password.
    """

    verify: Literal["ca", "fingerprint", "none"]
    sha256: str = ""
    ca: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a router's API is and who we are there.

    ``timeout`` is for connecting, TLS and login each, ``silence`` for the longest pause in its
    replies; routers stall for several seconds (seen up to 30), all in seconds.
    """

    router: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: Tls | None = None
    timeout: float = 10.0
    silence: float = 30.0

    def trouble(self, cause: Cause, problem: str) -> RouterError:
        """What went wrong with this router."""
        return RouterError(self.router, cause, problem)


@contextmanager
def dialled(address: Address) -> Iterator[Wire]:
    """A wire to the router, logged in; closed at the end, and at once when the fleet is stopped.

    Raises:
        RouterError: which step failed, the message, what to try.
    """
    wire = Wire(socket.socket())
    with closing(wire), stoppable(wire.abort):
        _connect(wire, address)
        if address.tls:
            _secure(wire, address, address.tls)
        _log_in(wire, address)
        wire.socket.settimeout(address.silence)
        yield wire


def _connect(wire: Wire, address: Address) -> None:
    failed: OSError | None = None
    for family, place in _places(address):
        wire.socket.close()
        wire.use(socket.socket(family))
        wire.socket.settimeout(address.timeout)
        try:
            wire.socket.connect(place)
            wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            failed = error
        else:
            return
    if isinstance(failed, TimeoutError):
        problem = f"connection timed out after {address.timeout:g} s (VPN down?)"
        raise address.trouble(Cause.UNREACHABLE, problem) from failed
    if isinstance(failed, ConnectionRefusedError):
        raise address.trouble(
            Cause.REFUSED,
            f"connection refused on port {address.port}: is the service enabled "
            f"(/ip service enable {_service(address)}) and the port the right one?",
        ) from failed
    raise address.trouble(
        Cause.UNREACHABLE, f"no way to {address.host} ({_reason(failed)}); VPN down?"
    ) from failed


def _places(address: Address) -> list[tuple[int, tuple[object, ...]]]:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise address.trouble(
            Cause.UNREACHABLE,
            f'the name "{address.host}" is not resolved ({_reason(error)}): '
            "correct host, or write the address there",
        ) from error
    return [(family, place) for family, _, _, _, place in found]


def _service(address: Address) -> str:
    return "api-ssl" if address.tls else "api"


def _reason(error: Exception | None) -> str:
    return getattr(error, "strerror", None) or str(error)


def _secure(wire: Wire, address: Address, tls: Tls) -> None:
    try:
        context = _context(tls)
    except OSError as error:
        problem = f'the file of the authority "{tls.ca}" cannot be used ({_reason(error)})'
        raise address.trouble(Cause.TLS, problem) from error
    try:
        name = address.host if context.check_hostname else None
        secured = context.wrap_socket(
            wire.socket, server_hostname=name, do_handshake_on_connect=False
        )
        wire.use(secured)
        secured.do_handshake()
    except (OSError, ValueError) as error:
        raise address.trouble(Cause.TLS, _handshake(error, address)) from error
    if tls.verify == "fingerprint":
        _compare(secured.getpeercert(binary_form=True) or b"", address, tls)


@lru_cache(maxsize=64)  # the system's authorities take 20 ms to load
def _context(tls: Tls) -> ssl.SSLContext:
    if tls.verify == "ca":
        return ssl.create_default_context(cafile=tls.ca or None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if tls.verify == "none":
        # A router without a certificate has anonymous Diffie-Hellman only. It is offered last, and
        # only here, where nobody's identity is asked for anyway.
        context.set_ciphers("HIGH:+aNULL:@SECLEVEL=0")
    return context


def _handshake(error: Exception, address: Address) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the certificate is not verified ({error.verify_message}): have it signed for "
            f"{address.host} by an authority that is known here, or use verify: fingerprint"
        )
    if isinstance(error, TimeoutError):
        return (
            f"TLS handshake without an answer for {address.timeout:g} s: "
            f"does port {address.port} speak TLS (api-ssl, usually 8729)?"
        )
    if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
        return f"port {address.port} does not speak TLS: api-ssl is usually 8729, or use tls: false"
    return (
        f"TLS handshake failed ({_reason(error)}): has api-ssl a certificate "
        "(/ip service set api-ssl certificate=...), and does its address= allow us?"
    )


def _compare(certificate: bytes, address: Address, tls: Tls) -> None:
    seen = hashlib.sha256(certificate).hexdigest()
    wanted = tls.sha256.replace(":", "").replace(" ", "").lower()
    if seen == wanted:
        return
    shown = ":".join(re.findall("..", seen))
    expected = f'not "{tls.sha256}"' if wanted else "and none is written down"
    raise address.trouble(
        Cause.TLS,
        f'the certificate has the fingerprint "{shown}", {expected}: compare it with '
        "/certificate print on the router, and paste it as tls.sha256 only if it is the same",
    )


def _log_in(wire: Wire, address: Address) -> None:
    name = f"=name={address.user}"
    try:
        reply = wire.ask("/login", name, f"=password={address.password}")
        if not reply.traps and _CHALLENGE.fullmatch(reply.ret):  # before 6.43
            reply = wire.ask("/login", name, f"=response={_response(reply, address.password)}")
    except FatalError as error:
        raise address.trouble(Cause.LOGIN, broken(error, address.timeout)) from error
    except ProtocolError as error:
        problem = f"port {address.port} does not speak the RouterOS API; {_hint(address)}"
        raise address.trouble(Cause.REFUSED, problem) from error
    except SilentError as error:
        raise address.trouble(
            Cause.UNREACHABLE,
            f"the connection was accepted, but nothing was said for {address.timeout:g} s: "
            f"router overloaded, or is {address.port} not the API? {_hint(address)}",
        ) from error
    except FAILURES as error:
        raise address.trouble(
            Cause.REFUSED,
            "the connection was accepted and closed without a word: is this machine allowed by "
            f"/ip service address= of {_service(address)}, and max-sessions not reached?",
        ) from error
    if reply.traps:
        raise address.trouble(
            Cause.LOGIN,
            f'user "{address.user}" may not log in: {"; ".join(reply.traps)}; check name and '
            "password, and that the user's group has the policy api and its address= this machine",
        )


def _hint(address: Address) -> str:
    return "api-ssl is usually 8729" if address.tls else "api is usually 8728 (8729 wants tls)"


def _response(challenge: Command, password: str) -> str:
    salted = b"\0" + password.encode() + bytes.fromhex(challenge.ret)
    return "00" + hashlib.md5(salted, usedforsecurity=False).hexdigest()
