"""Secrets at rest (FORMAT 9): a data key wrapped by age, values under it, and what derives from it.

``ispconf.keys.yaml`` holds the data key once for each age recipient; an identity from the
environment unwraps it, once a run and only when something needs it. What an older commit encrypted
is read with the key of that time. A value is AES-256-GCM, bound to the owner and field it was
written for, so that a password moved to somebody else's file cannot be read there. Knows nothing of
where secrets go; nothing here prints one.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from ispconf.edge.datakey import Keys, older, subkey, unwrapped
from ispconf.edge.history import KEYS_FILE
from ispconf.errors import RequestError
from ispconf.secret import Secret

_VERSION: Final = b"\x01"
_NONCE, _KEY = 12, 32  # bytes
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # no look-alikes; RouterOS takes them unquoted
_LENGTH: Final = 12
_NO_KEY: Final = bytes(_KEY)


class Vault:
    """Reveals and makes the secrets of one repository."""

    def __init__(
        self, root: Path, env: Mapping[str, str], keys: Keys | None = None, rev: str = ""
    ) -> None:
        self._root = root
        self._env = env
        self._given = keys
        self._rev = rev

    @classmethod
    def open(cls, root: Path, env: Mapping[str, str]) -> "Vault":
        """The vault of a repository; nothing is read before it is needed."""
        return cls(root, env)

    def at(self, rev: str) -> "Vault":
        """The vault as it was at a commit: derived passwords were others before a new key."""
        return type(self)(self._root, self._env, self._given, rev)

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
        sealed = AESGCM(self.keys.data).encrypt(nonce, text.encode(), _place(owner, field))
        return Secret("encrypted", base64.b64encode(_VERSION + nonce + sealed).decode())

    def fingerprint(self, text: str) -> str:
        """A short keyed print by which two secrets can be told apart, but not guessed.

        A repository that has no data key has nothing to key it with: then it is shorter.
        """
        if not (self._root / KEYS_FILE).exists():
            return hmac.digest(_NO_KEY, text.encode(), "sha256").hex()[:8]
        key = subkey(self.keys.data, "fingerprint")
        return hmac.digest(key, text.encode(), "sha256").hex()[:16]

    def _derived(self, owner: str, field: str) -> str:
        """A password that follows from the repository's key and the service id."""
        number = int.from_bytes(hmac.digest(self.keys.root, _place(owner, field), "sha256"))
        letters = []
        for _ in range(_LENGTH):
            number, index = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[index])
        return "".join(letters)

    def _decrypted(self, text: str, owner: str, field: str) -> str:
        place = _place(owner, field)
        for key in self._ring():
            found = _opened(key, text, place)
            if found is not None:
                return found
        raise RequestError(
            f"{owner}: {field} cannot be decrypted: it was encrypted for another place or "
            "with another key; encrypt it again with: ispconf secrets encrypt"
        )

    def _ring(self) -> Iterator[bytes]:
        """The data keys, the one of today first; older ones are asked of git when it fits none."""
        yield self.keys.data
        if self.keys.previous:
            yield self.keys.previous
        for keys in self._older:
            yield keys.data

    @cached_property
    def _older(self) -> list[Keys]:
        return [] if self._given else older(self._root, self._env)

    @cached_property
    def keys(self) -> Keys:
        """The repository's keys, unwrapped once."""
        return self._given or unwrapped(self._root, self._env, self._rev)


def _opened(key: bytes, text: str, place: bytes) -> str | None:
    """What was encrypted for that place with that key; None when it was not."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  0.05 s
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    try:
        sealed = base64.b64decode(text, validate=True)
        if sealed[:1] != _VERSION or len(sealed) <= _NONCE:
            return None
        nonce, rest = sealed[1 : _NONCE + 1], sealed[_NONCE + 1 :]
        return AESGCM(key).decrypt(nonce, rest, place).decode()
    except (InvalidTag, binascii.Error, ValueError):
        return None


def _place(owner: str, field: str) -> bytes:
    return f"{owner}\n{field}".encode()
