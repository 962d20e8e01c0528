"""What a change did to the ledger: lines that it added, and lines that it may not have touched.

The ledger is append only: a file keeps all its lines, in their order, at its beginning. Knows
lines; what they say does not matter.
"""

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from ispconf.edge import layout
from ispconf.edge.differing import Difference, Side
from ispconf.edge.history import LINK
from ispconf.errors import Problem, Source
from ispconf.ledger.closing import month_of

_APPEND = (
    "the ledger is append only: take it back and correct it with a new entry (credit, reversal, "
    "write_off)"
)

_PLAIN = "a file of the ledger is a plain one, 100644 to git:"

_REOPENS = (
    "which reopens {month}: take it back, or say that it is meant with --reopen {month}, and close "
    "the month again afterwards"
)


class LedgerChange(NamedTuple):
    """``added``: the new lines of each file; ``problems``: what was changed or removed."""

    added: dict[str, list[int]]
    problems: list[Problem]


def ledger_change(
    found: Iterable[Difference], base: str, reopened: Collection[str] = ()
) -> LedgerChange:
    """What differences mean for the ledger.

    Args:
        found: the files that differ.
        base: the commit they begin from.
        reopened: months (``2026-10``) whose closing may be taken away or written anew.
    """
    change = LedgerChange({}, [])
    for each in found:
        if not each.path.startswith("ledger/") or layout.placed(each.path) is None:
            continue  # None: a README, which records nothing
        if month := month_of(each.path):
            if each.before and month not in reopened:
                said = f"was deleted or changed since {base[:12]}, {_REOPENS.format(month=month)}"
                change.problems.append(Problem(Source(each.path), said))
            continue
        if each.after is None:
            said = f"was deleted; it is in {base[:12]} and the ledger is append only: take it back"
            change.problems.append(Problem(Source(each.path), said))
            continue
        if odd := _odd(each.before, each.after):
            change.problems.append(Problem(Source(each.path), odd))
            if each.after.mode != "100755":  # a link's content is not the ledger's
                continue
        before = _lines(each.before.data) if each.before else []
        added = _compared(each.path, before, _lines(each.after.data), base, change.problems)
        if added:
            change.added.setdefault(each.path, []).extend(added)
    return change


def _odd(before: Side | None, after: Side) -> str:
    """What a file was made, or is, that none of the ledger may be (BR-93); "" if it is plain."""
    if after.regular or (before and before.mode == after.mode):
        return ""
    if after.mode == "100755":
        kind, way = "executable", "chmod -x"
    else:
        kind = "a link" if after.mode == LINK else "another repository"
        way = "put the file itself there"
    return f"{'was made' if before else 'is'} {kind}; {_PLAIN} {way}"


def _lines(data: bytes) -> list[bytes]:
    lines = [line.rstrip(b"\r") for line in data.split(b"\n")]
    return lines if lines[-1] else lines[:-1]


def _compared(
    file: str, before: list[bytes], after: list[bytes], base: str, problems: list[Problem]
) -> list[int]:
    """The lines that are new, from 1; what is wrong with old ones is added to ``problems``."""
    if after[: len(before)] == before:
        fresh = range(len(before) + 1, len(after) + 1)
        if longer := _continued(before, after):
            said = f"makes the entry before it another one than in {base[:12]}; {_APPEND}"
            problems.append(Problem(Source(file, longer), said))
        return list(fresh)
    added: list[int] = []
    for kind, first, last, start, stop in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            continue
        for at in range(first, last):
            said = f"this line of {base[:12]} was changed or removed; {_APPEND}"
            problems.append(Problem(Source(file, at + 1), said))
        fresh = range(start + 1, stop + 1)
        if first == last < len(before):
            written = [at for at in fresh if after[at - 1] and not after[at - 1].startswith(b"#")]
            for at in written[:1]:
                said = (
                    f"stands before lines of {base[:12]}; entries are appended: put it at the end, "
                    "with the next number of its journal"
                )
                problems.append(Problem(Source(file, at), said))
        added += fresh
    return added


def _continued(before: list[bytes], after: list[bytes]) -> int:
    """The new line that still belongs to the last old entry, as one more key would; 0: none."""
    starts = (line[: line.index(b"-") + 1] for line in before if line.lstrip(b" ")[:1] == b"-")
    begin = next(starts, b"")
    for at in range(len(before), len(after)):
        if after[at].strip() and not after[at].startswith(b"#"):
            return 0 if after[at].startswith(begin) else at + 1
    return 0
