"""Secrets at rest (FORMAT 9): a data key wrapped by age, values under it, and what derives from it.

``ispconf.keys.yaml`` holds the data key once for each age recipient; an identity from the
environment unwraps it, once a run and only when something needs it. A value is AES-256-GCM, bound
to the owner and field it was written for, so that a password moved to somebody else's file cannot
be read there. Knows nothing of where secrets go; nothing here prints one.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyrage  # type: ignore[import-untyped]

from ispconf.edge.history import KEYS_FILE
from ispconf.edge.writing import write_whole
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import RequestError
from ispconf.secret import Secret

KEY_VARIABLE: Final = "ISPCONF_AGE_KEY"
FILE_VARIABLE: Final = "ISPCONF_AGE_KEY_FILE"

_VERSION: Final = b"\x01"
_NONCE, _KEY = 12, 32  # bytes
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no look-alikes; RouterOS takes them unquoted
_LENGTH: Final = 12
_NO_KEY: Final = bytes(_KEY)
_HEADER: Final = """\
# The key of this repository's secrets, wrapped once for each age recipient (https://age-encryption.org).
# Commit this file. Whoever holds the identity of one of the recipients can read the secrets.
"""


class Vault:
    """Reveals and makes the secrets of one repository."""

    def __init__(self, root: Path, env: Mapping[str, str]) -> None:
        self._root = root
        self._env = env

    @classmethod
    def open(cls, root: Path, env: Mapping[str, str]) -> "Vault":
        """The vault of a repository; nothing is read before it is needed."""
        return cls(root, env)

    def reveal(self, secret: Secret, owner: str, field: str) -> str:
        """What a secret is.

        Args:
            secret: as it is written.
            owner: whose it is, ``subscriber/service`` or the router's id.
            field: the key it stands at, such as ``password``.

        Raises:
            RequestError: the variable, key or identity that is missing, and the way out; or a
                value that was not encrypted for this place.
        """
        if secret.kind == "plain":
            return secret.text
        if secret.kind == "environment":
            found = self._env.get(secret.text)
            if not found:
                raise RequestError(
                    f"{owner}: {field} is ${{{secret.text}}}, but the environment has no "
                    f"{secret.text}; set it and try again"
                )
            return found
        if secret.kind == "derived":
            return self._derived(owner, field)
        return self._decrypted(secret.text, owner, field)

    def encrypt(self, text: str, owner: str, field: str) -> Secret:
        """The secret that ``reveal`` turns into the text for that owner and field only."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  0.05 s

        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._key).encrypt(nonce, text.encode(), _place(owner, field))
        return Secret("encrypted", base64.b64encode(_VERSION + nonce + sealed).decode())

    def fingerprint(self, text: str) -> str:
        """A short keyed print by which two secrets can be told apart, but not guessed.

        A repository that has no data key has nothing to key it with: then it is shorter.
        """
        if not (self._root / KEYS_FILE).exists():
            return hmac.digest(_NO_KEY, text.encode(), "sha256").hex()[:8]
        return hmac.digest(self._subkey("fingerprint"), text.encode(), "sha256").hex()[:16]

    def _derived(self, owner: str, field: str) -> str:
        """A password that follows from the data key and the service id."""
        number = int.from_bytes(hmac.digest(self._subkey("derive"), _place(owner, field), "sha256"))
        letters = []
        for _ in range(_LENGTH):
            number, index = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[index])
        return "".join(letters)

    def _decrypted(self, text: str, owner: str, field: str) -> str:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  0.05 s
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        key = self._key
        try:
            sealed = base64.b64decode(text, validate=True)
            if sealed[:1] != _VERSION or len(sealed) <= _NONCE:
                raise InvalidTag  # noqa: TRY301
            nonce, rest = sealed[1 : _NONCE + 1], sealed[_NONCE + 1 :]
            return AESGCM(key).decrypt(nonce, rest, _place(owner, field)).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise RequestError(
                f"{owner}: {field} cannot be decrypted: it was encrypted for another place or "
                "with another key; encrypt it again with: ispconf secrets encrypt"
            ) from error

    def _subkey(self, use: str) -> bytes:
        return hmac.digest(self._key, f"ispconf {use}".encode(), "sha256")

    @cached_property
    def _key(self) -> bytes:
        """The data key, unwrapped once."""
        import pyrage  # noqa: PLC0415  only who reveals something needs it

        wrapped = _wrapped(self._root)
        identity = _identity(self._env)
        for text in wrapped.values():
            try:
                key: bytes = pyrage.decrypt(base64.b64decode(text, validate=True), [identity])
            except (pyrage.DecryptError, binascii.Error):
                continue
            if len(key) == _KEY:
                return key
        raise RequestError(
            f"none of the recipients in {KEYS_FILE} is yours ({identity.to_public()}); ask "
            "somebody who can read the secrets to add you, or use the right identity"
        )


def keygen(root: Path, env: Mapping[str, str]) -> str:
    """Makes the data key of a repository and, unless there is one, an age identity.

    Returns:
        The recipient (public key) that can read it.

    Raises:
        RequestError: the repository has a data key already; nothing is ever overwritten.
    """
    keys = root / KEYS_FILE
    if keys.exists():
        raise RequestError(f"{KEYS_FILE} is there already; it is never overwritten")
    if env.get(KEY_VARIABLE) or identity_file(env).exists():
        identity = _identity(env)
    else:
        identity = pyrage.x25519.Identity.generate()
        text = f"# public key: {identity.to_public()}\n{identity}\n"
        write_whole(identity_file(env), text.encode(), mode=0o600)
    recipient = identity.to_public()
    wrapped = base64.b64encode(pyrage.encrypt(secrets.token_bytes(_KEY), [recipient])).decode()
    write_whole(keys, f"{_HEADER}recipients:\n  {recipient}: {wrapped}\n".encode())
    return str(recipient)


def identity_file(env: Mapping[str, str]) -> Path:
    """The file with the age identity: ISPCONF_AGE_KEY_FILE, or one in the user's settings."""
    if named := env.get(FILE_VARIABLE):
        return Path(named)
    settings = env.get("XDG_CONFIG_HOME") or env.get("APPDATA")
    home = Path(settings) if settings else Path(env.get("HOME") or Path.home()) / ".config"
    return home / "ispconf" / "age-identity"


def _place(owner: str, field: str) -> bytes:
    return f"{owner}\n{field}".encode()


def _wrapped(root: Path) -> Mapping[str, str]:
    """The wrapped data key of each recipient."""
    path = root / KEYS_FILE
    try:
        tree = parse(path.read_bytes()).root
    except FileNotFoundError:
        raise RequestError(
            f"there is no {KEYS_FILE} in {root}; make the key with: ispconf secrets keygen"
        ) from None
    except (OSError, OddError):
        raise RequestError(f"{path} cannot be read; take it back from git") from None
    wrapped = tree.get("recipients") if isinstance(tree, dict) else None
    if not isinstance(wrapped, dict) or not all(isinstance(each, str) for each in wrapped.values()):
        raise RequestError(f"{path} has no recipients; take it back from git")
    return wrapped


def _identity(env: Mapping[str, str]) -> Any:
    """The age identity of whoever runs this."""
    text, where = env.get(KEY_VARIABLE, ""), KEY_VARIABLE
    if not text:
        path = identity_file(env)
        where = str(path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise RequestError(
                f"the secrets need an age identity: set {KEY_VARIABLE} to it, or "
                f"{FILE_VARIABLE} to its file (there is none at {path})"
            ) from None
    for line in text.splitlines():
        if line.startswith("AGE-SECRET-KEY-"):
            try:
                return pyrage.x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError:
                break
    raise RequestError(f"{where} holds no age identity (a line that starts with AGE-SECRET-KEY-1)")
