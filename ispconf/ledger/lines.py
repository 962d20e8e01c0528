"""One entry on one line of YAML, written in one way and read back fast (FORMAT 7).

``read`` knows the canonical spelling that ``write`` gives, for which a regular expression is ten
times faster than a YAML parser. It answers None for anything else, valid or not: then a YAML
parser and ``entries.from_mapping`` decide, and say what is wrong.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeVar

from ispconf.ledger import scalars
from ispconf.ledger.entries import Entry, Line, from_mapping, to_mapping
from ispconf.ledger.facts import Period
from ispconf.ledger.written import ID, NUMBER

# Plain text that YAML reads as itself, inside a flow mapping, whatever stands around it.
_PLAIN = r"[^\W_](?:[\w ./()+%-]*[\w./()+%-])?"
_QUOTED = r'"[ !#-\[\]-~\u00a1-\u2027\u202a-\ud7ff]+"'
_WORD = f"(?:{_PLAIN}|{_QUOTED})"
_AMOUNT = r"[0-9]{1,15}(?:\.[0-9]{1,9})?"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

# The larger ones are compiled when they are first used, which takes as long as a thousand entries:
# most runs read none.
_SPELLED = (  # one line, whatever it is: an invoice, a payment, or anything else
    rf"^(?:- \{{no: ({NUMBER}), date: ({_DATE}), type: (?:"
    r"invoice, subscriber: ([a-z0-9-]+), (service: .*)|"
    rf"payment, subscriber: ([a-z0-9-]+), amount: ({_AMOUNT}), method: ([a-z0-9-]+), "
    rf"ref: ({_WORD})(?:, for: \[({NUMBER}(?:, {NUMBER})*)\])?)\}}\r*|(.*))$"
)
_LINE = rf"\{{item: {_WORD}, amount: -?{_AMOUNT}\}}"
_INVOICED = (
    rf"service: ({ID})(?:, zone: ({ID}))?, period: ({_DATE}/{_DATE}), due: ({_DATE})"
    rf"(?:, cut: ({_DATE}))?, total: (-?{_AMOUNT})"
    rf"(?:, taxes: \{{({ID}: -?{_AMOUNT}(?:, {ID}: -?{_AMOUNT})*)\}})?"
    rf", lines: \[({_LINE}(?:, {_LINE})*)\](?:, kind: (other|plan_change))?"
)
_EACH_LINE = rf"\{{item: ({_WORD}), amount: (-?{_AMOUNT})\}}"
_PAIR = rf"([a-z]+): (?:({_WORD}|-{_AMOUNT})|\[({_WORD}(?:, {_WORD})*)\])(?:, |$)"
_IS_PLAIN = re.compile(_PLAIN).fullmatch
_IS_NEGATIVE = re.compile(f"-{_AMOUNT}").fullmatch
_IS_ID = re.compile(ID).fullmatch
_REMEMBERED = 200_000
_AT_ONCE = 1 << 17  # characters: what is found in them is still near when it becomes entries
_LOOKS_EMPTY = frozenset({"null", "Null", "NULL"})


Value = TypeVar("Value")


class _Once(dict[str, Value]):
    """The value of each text, made once however often it is written: that is fast and small."""

    def __init__(self, made: Callable[[str], Value]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, text: str) -> Value:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[text] = self._made(text)
        return found


def _id(text: str) -> str:
    if not _IS_ID(text):
        raise ValueError(text)
    return text


def _period(text: str) -> Period:
    start, _, end = text.partition("/")
    found = Period(_DATES[start], _DATES[end])
    if found.end <= found.start:
        raise ValueError(text)
    return found


def _taxes(text: str) -> tuple[tuple[str, Decimal], ...]:
    pairs = [each.split(": ") for each in text.split(", ")]
    if len({code for code, _ in pairs}) < len(pairs):
        raise ValueError(text)
    return tuple((code, _AMOUNTS[amount]) for code, amount in pairs)


def _invoiced(text: str) -> tuple[Any, ...]:
    """The fields of an invoice from its amount on: many invoices of a month share them."""
    found = re.fullmatch(_INVOICED, text)
    if not found:
        raise ValueError(text)
    service, zone, period, due, cut, total, taxes, lines, kind = found.groups("")
    due_on, cut_on = _DATES[due], _DATES[cut] if cut else None
    if cut_on and cut_on < due_on:
        raise ValueError(text)
    if kind != "plan_change" and ": -" in f": {total}, {taxes}":
        raise ValueError(text)
    return (
        _AMOUNTS[total],
        service,
        _period(period),
        due_on,
        cut_on,
        _taxes(taxes) if taxes else (),
        tuple(
            Line(_unquoted(item), _AMOUNTS[amount])
            for item, amount in re.findall(_EACH_LINE, lines)
        ),
        kind or "service",
        zone or None,
        *_INVOICE_ONLY,
    )


def _more_than_zero(text: str) -> Decimal:
    amount = _AMOUNTS[text]
    if not amount:
        raise ValueError(text)
    return amount


_DATES = _Once(scalars.date)
_AMOUNTS = _Once(Decimal)
_IDS = _Once(_id)
EVERYBODY: Mapping[str, str] = _IDS
"""For ``read_all``: each subscriber by their name."""
_INVOICES = _Once(_invoiced)
_PAID = _Once(_more_than_zero)
_new = partial(tuple.__new__, Entry)  # what ``Entry._make`` does, without counting the fields
_INVOICE_ONLY = (None, None, (), None, None, None, None, None)


def write(entry: Entry) -> str:
    """The entry as its canonical line, without a line end."""
    return f"- {_flow(to_mapping(entry))}"


def _flow(value: Any, key: str = "") -> str:
    if isinstance(value, str):
        return quoted(value) if key == "ref" else scalar(value)
    if isinstance(value, dict):
        pairs = [f"{name}: {_flow(each, name)}" for name, each in value.items()]
        return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join([_flow(each) for each in value]) + "]"


@lru_cache(maxsize=1 << 14)  # a bill run writes the same days and amounts again and again
def scalar(text: str) -> str:
    """The text as a YAML scalar, in quotes only where YAML needs them."""
    plain = _IS_PLAIN(text) and text not in _LOOKS_EMPTY
    return text if plain or _IS_NEGATIVE(text) else quoted(text)


def quoted(text: str) -> str:
    """The text as a YAML scalar in double quotes."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    if character.isprintable() and code < 0x10000:  # noqa: PLR2004 - the basic plane
        return character
    return f"\\x{code:02x}" if code < 256 else f"\\U{code:08x}"  # noqa: PLR2004 - one byte


def read(text: str, file: str = "", line: int = 0) -> Entry | None:
    """The entry of a canonical line without its line end; None when it is spelled otherwise."""
    if text[-1:] != "}" or "\n" in text:
        return None
    found = read_all(text, file, line)
    return found[0] if found else None


def only(wanted: Callable[[str], bool]) -> Mapping[str, str]:
    """For ``read_all``: subscribers by their names, "" for who is not wanted."""
    return _Once(lambda name: _id(name) if wanted(name) else "")


def read_all(
    text: str, file: str = "", first: int = 1, people: Mapping[str, str] = EVERYBODY
) -> list[Entry] | None:
    """The entries of canonical lines, numbered from ``first``; None if one is spelled otherwise.

    An empty line or a comment holds none. With ``people`` those of some come out; an invoice or a
    payment of somebody else may be wrong in what the spelling does not show.
    """
    found: list[Entry] = []
    try:
        for spelled in _parts(text):
            found += _entries(spelled, file, first, people)
            first += len(spelled)
    except ValueError:  # a date that does not exist, or a field that is wrong
        return None
    return found


def _parts(text: str) -> Iterator[list[tuple[str, ...]]]:
    """What is spelled on each line, some of them at a time."""
    spelled = re.compile(_SPELLED, re.MULTILINE).findall
    start = 0
    while start <= len(text):
        end = text.find("\n", start + _AT_ONCE)
        if end < 0:
            end = len(text)
        yield spelled(text, start, end)
        start = end + 1


def _entries(
    spelled: list[tuple[str, ...]], file: str, first: int, people: Mapping[str, str]
) -> Iterator[Entry]:
    """One hot loop: to call or to pack anything for a payment would cost half as much again."""
    dates, ids, new, line = _DATES, _IDS, _new, first - 1
    for no, day, who, about, payer, paid, method, ref, named, other in spelled:
        line += 1
        if about:
            if own := people[who]:
                yield new((no, dates[day], "invoice", own, *_INVOICES[about], file, line))
        elif payer:
            if not (own := people[payer]):
                continue
            plain = ref[1:-1] if ref[0] == '"' else ref
            invoices = tuple(named.split(", ")) if named else ()
            yield new((
                no, dates[day], "payment", own, _PAID[paid],
                None, None, None, None, (), (), None, None,  # of an invoice
                ids[method], plain, invoices, None, None, None, None, None, file, line,
            ))  # fmt: skip
        elif (rest := other.rstrip("\r")) and rest[0] != "#":
            entry = _other(rest, file, line)
            if people[entry.subscriber]:
                yield entry


def _other(text: str, file: str, line: int) -> Entry:
    if not (text.startswith("- {no: ") and text.endswith("}")):
        raise ValueError(text)
    mapping: dict[str, Any] = {}
    pair = re.compile(_PAIR).match
    position, end = 3, len(text) - 1
    while position < end:
        found = pair(text, position, end)
        if not found or found[1] in mapping:
            raise ValueError(text)
        mapping[found[1]] = _value(found)
        position = found.end()
    if text[end - 2 : end] == ", ":
        raise ValueError(text)
    return from_mapping(mapping, file, line)


def _value(found: re.Match[str]) -> str | list[str]:
    if found[2] is not None:
        return _unquoted(found[2])
    return [_unquoted(each) for each in re.findall(_WORD, found[3])]


def _unquoted(text: str) -> str:
    return text[1:-1] if text[0] == '"' else text
