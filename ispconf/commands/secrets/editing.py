"""``secrets edit``: the secrets of one file in an editor, and back encrypted."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from ispconf.commands.session import Session, shared
from ispconf.commands.subscriber.changing import kept_if_right
from ispconf.edge.edits import edit as change
from ispconf.edge.privacy import edited
from ispconf.edge.sealed import Slot, slots
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import RequestError
from ispconf.ledger.lines import quoted
from ispconf.secret import Secret

_HEAD = """\
# The secrets of {file}. Change what stands behind a colon, save and close.
# What you leave as it is stays untouched in the file; this text is not kept.
"""


@click.command("edit")
@shared()
@click.argument("file")
@click.argument("field", required=False)
def edit(session: Session, file: str, field: str | None) -> int:
    r"""Open the secrets of FILE in your editor, and write back what you changed, encrypted.

    Without FIELD the encrypted and plain values of the file; with it that one, also where it is
    derived or comes from the environment. Writing derived or ${NAME} gives such a value. The text
    lies in memory (/dev/shm) where there is such a place, readable by you alone, and is removed
    when the editor closes, however that happens. The editor is $VISUAL or $EDITOR.

    \b
      ispconf secrets edit subscribers/norte/ana-lopez.yaml
      ispconf secrets edit inventory/norte-1.yaml password
    """
    name = _named(session, file)
    found = _asked(session, name, field)
    vault = session.vault()
    shown = {slot.key: _shown(slot, vault.reveal) for slot in found}
    text = _HEAD.format(file=name) + "".join(
        f"{key}: {quoted(value)}\n" for key, value in shown.items()
    )
    saved = edited(text, session.env)
    given = shown if saved == text else _read(saved, shown)
    new = [slot for slot in found if given[slot.key] != shown[slot.key]]
    if new:
        values = {slot.path: _written(session, slot, given[slot.key]) for slot in new}
        with kept_if_right(session, name):
            change(session.root, name, values)
    keys = [slot.key for slot in new]
    facts = {"format": 1, "file": name, "changed": keys, "exit_code": 0}
    said = f"{name}: {', '.join(keys)} changed; ispconf plan shows what it does."
    session.emit(facts, lambda: (said if keys else "Nothing was changed.",))
    return 0


def _named(session: Session, file: str) -> str:
    """The path of a file in the repository, as it was given or from where we are."""
    root = session.root.resolve()
    for place in (session.root / file, Path(file)):
        if place.is_file() and place.resolve().is_relative_to(root):
            return place.resolve().relative_to(root).as_posix()
    raise RequestError(f"there is no {file} in {session.root}")


def _asked(session: Session, name: str, field: str | None) -> list[Slot]:
    """The secrets to edit."""
    try:
        found = list(slots(name, (session.root / name).read_bytes()))
    except OddError:
        raise RequestError(f"{name} cannot be read; ispconf check says why") from None
    if field is None:
        wanted = [slot for slot in found if slot.secret.kind in ("encrypted", "plain")]
        hint = "name the field to write one: " if found else "it has none"
    else:
        wanted = [slot for slot in found if f".{slot.key}".endswith(f".{field}")]
        hint = f"it has no {field}; secrets there: "
    if wanted:
        return wanted
    keys = ", ".join(slot.key for slot in found)
    raise RequestError(f"{name} has no such value to edit: {hint}{keys}")


def _shown(slot: Slot, reveal: Callable[[Secret, str, str], str]) -> str:
    """A value as it stands in the editor: what it is, or how it is said where that is no value."""
    if slot.secret.kind == "derived":
        return "derived"
    if slot.secret.kind == "environment":
        return f"${{{slot.secret.text}}}"
    return reveal(slot.secret, slot.owner, slot.field)


def _read(saved: str, shown: Mapping[str, str]) -> Mapping[str, str]:
    """The values that were saved; what is wrong is said without showing one."""
    try:
        tree = parse(saved.encode()).root
    except OddError:
        tree = None
    values = tree if isinstance(tree, dict) else {}
    missing = [key for key in shown if not isinstance(values.get(key), str) or not values[key]]
    strange = len(values.keys() - shown.keys())
    if missing or strange:
        said = f"{', '.join(missing)} has no text" if missing else "there are keys that were not"
        raise RequestError(f'what you saved is not lines of key: "value" ({said}); nothing changed')
    return values


def _written(session: Session, slot: Slot, text: str) -> Secret | str:
    """What to write for a new text: encrypted, or as it is where it is no value itself."""
    if Secret.written(text).kind != "plain":
        return text
    return session.vault().encrypt(text, slot.owner, slot.field)
