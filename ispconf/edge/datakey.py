"""The data key of a repository, wrapped for each age recipient in ``ispconf.keys.yaml`` (FORMAT 9).

What is wrapped is 32 bytes, the data key; or 64, when derived passwords still come from an older
one; or 96, while values are on their way from an older data key to this one. Knows recipients and
identities; what is done with the keys is for ``secrets`` and ``rotation``.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from ispconf.edge.history import KEYS_FILE, Repository
from ispconf.edge.writing import write_whole
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import RequestError

KEY_VARIABLE: Final = "ISPCONF_AGE_KEY"
FILE_VARIABLE: Final = "ISPCONF_AGE_KEY_FILE"

_KEY: Final = 32  # bytes
_HEADER: Final = """\
# The key of this repository's secrets, wrapped once for each age recipient (https://age-encryption.org).
# Commit this file. Whoever holds the identity of one of the recipients can read the secrets.
"""


class Keys(NamedTuple):
    """``data`` encrypts values; ``root`` is what derived passwords come from.

    ``previous`` is the data key before, as long as some value may still be under it.
    """

    data: bytes
    root: bytes
    previous: bytes = b""

    @classmethod
    def new(cls) -> "Keys":
        """Keys that nobody has seen."""
        return cls.of(secrets.token_bytes(_KEY))

    @classmethod
    def of(cls, packed: bytes) -> "Keys":
        """The keys in what was wrapped."""
        parts = [packed[at : at + _KEY] for at in range(0, len(packed), _KEY)]
        data, root, previous = (*parts, b"", b"")[:3]
        return cls(data, root or subkey(data, "derive"), previous)

    def packed(self) -> bytes:
        """What is wrapped: as little as says it all."""
        own = not self.previous and self.root == subkey(self.data, "derive")
        return self.data if own else self.data + self.root + self.previous


def subkey(key: bytes, use: str) -> bytes:
    """A key for one use, from which the other cannot be worked out."""
    return hmac.digest(key, f"ispconf {use}".encode(), "sha256")


def keygen(root: Path, env: Mapping[str, str]) -> str:
    """Makes the data key of a repository and, unless there is one, an age identity.

    Returns:
        The recipient (public key) that can read it.

    Raises:
        RequestError: the repository has a data key already; nothing is ever overwritten.
    """
    import pyrage  # type: ignore[import-untyped] # noqa: PLC0415

    if (root / KEYS_FILE).exists():
        raise RequestError(f"{KEYS_FILE} is there already; it is never overwritten")
    if env.get(KEY_VARIABLE) or identity_file(env).exists():
        identity = _identity(env)
    else:
        identity = pyrage.x25519.Identity.generate()
        text = f"# public key: {identity.to_public()}\n{identity}\n"
        write_whole(identity_file(env), text.encode(), mode=0o600)
    recipient = str(identity.to_public())
    write_whole(root / KEYS_FILE, wrapped(Keys.new(), [recipient]))
    return recipient


def wrapped(keys: Keys, recipients: Iterable[str]) -> bytes:
    """The keys file for these recipients.

    Raises:
        RequestError: one of them is no age recipient.
    """
    import pyrage  # noqa: PLC0415

    lines = []
    for name in dict.fromkeys(recipients):
        try:
            recipient = pyrage.x25519.Recipient.from_str(name)
        except pyrage.RecipientError as error:
            secret = name.startswith("AGE-SECRET")
            said = "an identity is a secret" if secret else f'"{name}" is no recipient'
            raise RequestError(
                f"{said}; a recipient is the public key of somebody's age identity: age1..."
            ) from error
        sealed = base64.b64encode(pyrage.encrypt(keys.packed(), [recipient])).decode()
        lines.append(f"  {name}: {sealed}\n")
    return f"{_HEADER}recipients:\n{''.join(lines)}".encode()


def recipients(root: Path) -> list[str]:
    """Who can read the secrets, by their public keys."""
    return list(_wrapped(root))


def unwrapped(root: Path, env: Mapping[str, str], rev: str = "") -> Keys:
    """The keys, by the identity of whoever runs this: those of the files, or of a commit.

    A commit without keys, or with keys that were for others only, has those of the files.

    Raises:
        RequestError: there is no key or identity, or none of the recipients is theirs.
    """
    wrapped = {} if rev else _wrapped(root)  # who has no key at all is to hear of that first
    identity = _identity(env)
    found = _at(root, rev, identity) if rev else None
    found = found or _opened(wrapped or _wrapped(root), identity)
    if found is None:
        raise RequestError(
            f"none of the recipients in {KEYS_FILE} is yours ({identity.to_public()}); ask "
            "somebody who can read the secrets to add you, or use the right identity"
        )
    return found


def older(root: Path, env: Mapping[str, str]) -> list[Keys]:
    """The keys that were before, newest first, as far as git has them for this identity.

    Older commits, and what goes back to them, have values under these.
    """
    repository = Repository.of(root)
    if repository is None:
        return []
    commits = repository.plumb("rev-list", "HEAD", "--", KEYS_FILE).split()
    found = (_at(root, commit, _identity(env)) for commit in commits)
    return [keys for keys in found if keys]


def _at(root: Path, rev: str, identity: Any) -> Keys | None:
    """The keys of a commit; None when it has none that this identity can unwrap."""
    repository = Repository.required(root)
    tracked = repository.files(rev).get(KEYS_FILE)
    if tracked is None:
        return None
    ((_, data),) = repository.blobs([tracked.blob])
    with suppress(OddError, RequestError):
        return _opened(_recipients(parse(data).root, Path(KEYS_FILE)), identity)
    return None


def _opened(sealed: Mapping[str, str], identity: Any) -> Keys | None:
    """The keys that are wrapped for an identity; None when they are for others only."""
    import pyrage  # noqa: PLC0415  only who reveals something needs it

    for text in sealed.values():
        try:
            packed = pyrage.decrypt(base64.b64decode(text, validate=True), [identity])
        except (pyrage.DecryptError, binascii.Error):
            continue
        if len(packed) in (_KEY, 2 * _KEY, 3 * _KEY):
            return Keys.of(packed)
    return None


def own_recipient(env: Mapping[str, str]) -> str:
    """The public key of whoever runs this."""
    return str(_identity(env).to_public())


def identity_file(env: Mapping[str, str]) -> Path:
    """The file with the age identity: ISPCONF_AGE_KEY_FILE, or one in the user's settings."""
    if named := env.get(FILE_VARIABLE):
        return Path(named)
    settings = env.get("XDG_CONFIG_HOME") or env.get("APPDATA")
    home = Path(settings) if settings else Path(env.get("HOME") or Path.home()) / ".config"
    return home / "ispconf" / "age-identity"


def identity_place(env: Mapping[str, str]) -> str:
    """Where the identity is found: the name of the variable that holds it, or its file."""
    return KEY_VARIABLE if env.get(KEY_VARIABLE) else str(identity_file(env))


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
    return _recipients(tree, path)


def _recipients(tree: Any, path: Path) -> Mapping[str, str]:
    wrapped = tree.get("recipients") if isinstance(tree, dict) else None
    if not isinstance(wrapped, dict) or not all(isinstance(each, str) for each in wrapped.values()):
        raise RequestError(f"{path} has no recipients; take it back from git")
    return wrapped


def _identity(env: Mapping[str, str]) -> Any:
    """The age identity of whoever runs this."""
    import pyrage  # noqa: PLC0415

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
