"""A new data key for a repository: every encrypted value under it, in one go.

While files are exchanged the keys file holds the new key and the one before, so that whatever
stops the work, every value can be read; the next call finishes it. An error or Ctrl-C puts back
what was there. Passwords that are ``derived`` stay as they are unless that is asked for. Knows
bytes and keys; nothing of what a secret is for.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ispconf.edge.datakey import Keys, own_recipient, recipients, unwrapped, wrapped
from ispconf.edge.edits import edited
from ispconf.edge.history import KEYS_FILE
from ispconf.edge.sealed import Slot, files, place
from ispconf.edge.secrets import Vault
from ispconf.edge.writing import write_all, write_whole
from ispconf.errors import FilesError, Problem, RefusedError, RequestError


class Rotation(NamedTuple):
    """What a rotation did: values encrypted anew, and passwords that are derived.

    ``resumed``: it finished one that was broken off, and made no further key.
    """

    files: int
    values: int
    derived: int
    changed: bool
    resumed: bool


def rotate(
    root: Path,
    env: Mapping[str, str],
    *,
    to: Sequence[str] = (),
    allowed: int | None = None,
) -> Rotation:
    """Makes a new data key and encrypts every value with it.

    Args:
        root: the repository.
        env: where the identity comes from.
        to: who can read the secrets from now on; empty: who could before.
        allowed: that many derived passwords may change with the key; None: they stay.

    Raises:
        FilesError: values that cannot be decrypted, or files that cannot be read.
        RefusedError: more derived passwords would change than were allowed.
        RequestError: whoever runs this would not be able to read the secrets any more.
    """
    old = unwrapped(root, env)
    readers = list(to) or recipients(root)
    _not_locked_out(env, readers)
    contents = {path: (data, slots) for path, data, slots in files(root)}
    derived = sum(slot.secret.kind == "derived" for _, slots in contents.values() for slot in slots)
    if allowed is not None and derived > allowed:
        raise RefusedError(
            f"{derived} derived passwords would change, and {allowed} were allowed: with "
            f"--allow derived={derived} they change on the routers with the next apply, and "
            "each subscriber's device needs the new one"
        )
    made = Keys.new()
    if old.previous:
        made = old._replace(previous=b"")
    elif allowed is None:
        made = made._replace(root=old.root)
    through = made._replace(previous=old.previous or old.data)
    before, after = Vault(root, env), Vault(root, env, made)
    changed = _sealed_anew(contents, before, after)
    keys, final = (root / KEYS_FILE).read_bytes(), wrapped(made, readers)
    try:
        write_whole(root / KEYS_FILE, wrapped(through, readers))
        write_all(root, {path: data for path, (data, _) in changed.items()})
    except BaseException:
        if all((root / path).read_bytes() == contents[path][0] for path in changed):
            write_whole(root / KEYS_FILE, keys)
        raise
    write_whole(root / KEYS_FILE, final)
    values = sum(count for _, count in changed.values())
    return Rotation(len(changed), values, derived, made.root != old.root, bool(old.previous))


def share(root: Path, env: Mapping[str, str], add: Sequence[str], remove: Sequence[str]) -> None:
    """Wraps the same data key for more recipients, or for fewer.

    Raises:
        RequestError: one to remove is none of them, or whoever runs this would be locked out.
    """
    keys, now = unwrapped(root, env), recipients(root)
    for name in remove:
        if name not in now:
            raise RequestError(f"{name} is no recipient; they are: {', '.join(now)}")
    readers = [name for name in [*now, *add] if name not in remove]
    _not_locked_out(env, readers)
    write_whole(root / KEYS_FILE, wrapped(keys, readers))


def _not_locked_out(env: Mapping[str, str], readers: Sequence[str]) -> None:
    mine = own_recipient(env)
    if mine not in readers:
        raise RequestError(
            f"{mine} is you and would not be among the recipients: you could not read the secrets "
            "any more; let somebody who stays do it"
        )


def _sealed_anew(
    contents: Mapping[str, tuple[bytes, Sequence[Slot]]], before: Vault, after: Vault
) -> dict[str, tuple[bytes, int]]:
    """Each file that has encrypted values, with all of them under the new key, and how many."""
    changed: dict[str, tuple[bytes, int]] = {}
    problems: list[Problem] = []
    for path, (data, slots) in contents.items():
        sealed = [slot for slot in slots if slot.secret.kind == "encrypted"]
        new = data
        for slot in sealed:
            try:
                text = before.reveal(slot.secret, slot.owner, slot.field)
            except RequestError as error:
                problems.append(Problem(place(slot, data), str(error)))
                continue
            new = _exchanged(new, slot, after.encrypt(text, slot.owner, slot.field).text)
        if sealed:
            changed[path] = new, len(sealed)
    if problems:
        raise FilesError(problems)
    return changed


def _exchanged(data: bytes, slot: Slot, text: str) -> bytes:
    """The file with another cipher text in place of one: a plain exchange where it occurs once."""
    old = slot.secret.text.encode()
    if data.count(old) == 1:
        return data.replace(old, text.encode())
    return edited(data, {slot.path: type(slot.secret)("encrypted", text)})
