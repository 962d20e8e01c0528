"""The statement of a bank as CSV: whatever its columns, letters, signs and lines before the head.

Knows how such files look, and gives what came in as records with our own names. Whose money it is,
and whether it was recorded before, others know.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from io import StringIO
from typing import Final, get_args

from ispconf.ledger.money import Currency
from ispconf.payments.records import CLUES, LEFT, Record, Statement, plain
from ispconf.payments.spellings import Order, Sign, amount, day, day_order, decimal_sign

METHOD: Final = "transfer"
NEEDED: Final = ("date", "amount", "ref")
_HOW: Final[Mapping[str, tuple[str, ...]]] = {
    "decimal": ("point", "comma"),
    "dates": get_args(Order),
}
KEYS: Final = (*NEEDED, *CLUES, *_HOW)

_DELIMITERS: Final = (",", ";", "\t", "|")
_LOOKED_AT: Final = 60
"""Lines from which the delimiter is told."""
_EXCEL = re.compile(r'="(.*)"|\'([=+@-].*)')


def columns(text: str) -> dict[str, str]:
    """A map as it is typed: ``date=Fecha,amount=Abono,ref=Referencia``, columns by name or number.

    Raises:
        ValueError: what is wrong with it.
    """
    found: dict[str, str] = {}
    for part in re.split(r",(?=\s*\w+\s*=)", text):
        key, equals, column = (each.strip() for each in part.partition("="))
        if not equals or not column:
            raise ValueError(f'"{part}" is not like date=Fecha or date=1')
        if key in found:
            raise ValueError(f"{key} is there twice")
        found[key] = column
    checked(found)
    return found


def checked(mapping: Mapping[str, str]) -> None:
    """Refuses a map with names that are none of ours.

    Raises:
        ValueError: which one, and what was meant.
    """
    for key, column in mapping.items():
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1)
            hint = f" (did you mean {near[0]}?)" if near else f": {', '.join(KEYS)}"
            raise ValueError(f'"{key}" is nothing a column can be{hint}')
        if key in _HOW and column not in _HOW[key]:
            raise ValueError(f'{key}: "{column}" is not {" or ".join(_HOW[key])}')


def statement(
    data: bytes,
    mapping: Mapping[str, str],
    currency: Currency,
    today: date,
    *,
    month_first: bool = False,
) -> Statement:
    """What came in, line by line.

    Args:
        data: the file.
        mapping: which column (its name, or its number from 1) holds what; a column that has one
            of our own names need not be there.
        currency: whose decimals amounts have.
        today: nothing on a statement is later.
        month_first: whether 03/11 is in March where nothing else tells.

    Raises:
        ValueError: the file cannot be understood as a whole.
    """
    lines = _lines(_decoded(data))
    places, start = _places(lines, mapping)
    body = [(number, cells) for number, cells in lines[start:] if any(cells)]
    texts = [
        (number, {key: cells[at] if at < len(cells) else "" for key, at in places.items()})
        for number, cells in body
    ]
    ours = start and {plain(cell) for cell in lines[start - 1][1]} >= LEFT
    sign = _sign(mapping) or (
        "." if ours else decimal_sign((each["amount"] for _, each in texts), currency.digits)
    )
    order = _order(mapping) or day_order(
        (each["date"] for _, each in texts), today, month_first=month_first
    )
    if start == 0:  # columns by number: whatever stands above the first day is no line of it
        texts = [*_from_first_day(texts, order)]
    records = [_record(number, each, sign, order, currency) for number, each in texts]
    came = [each for each in records if each]
    return Statement(came, len(records) - len(came))


def _sign(mapping: Mapping[str, str]) -> Sign | None:
    told: dict[str, Sign] = {"point": ".", "comma": ","}
    return told.get(mapping.get("decimal", ""))


def _order(mapping: Mapping[str, str]) -> Order | None:
    told: dict[str, Order] = {"dmy": "dmy", "mdy": "mdy"}
    return told.get(mapping.get("dates", ""))


def _decoded(data: bytes) -> str:
    """The text: by its byte order mark, else UTF-8, else what Windows writes in the west."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The cells of each line, with the number of the line in the file."""
    if not text.strip():
        raise ValueError("is empty")
    found: list[tuple[int, list[str]]] = []
    try:
        bare = text.replace("\0", "")
        reader = csv.reader(StringIO(bare, newline=""), delimiter=_delimiter(bare))
        before = 0
        for cells in reader:
            found.append((before + 1, [_cell(each) for each in cells]))
            before = reader.line_num
    except csv.Error as error:
        raise ValueError(f"is not CSV: {error}") from error
    return found


def _delimiter(text: str) -> str:
    """The delimiter that cuts most lines into as many cells."""
    head = text.splitlines()[:_LOOKED_AT]

    def cut(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in csv.reader(head, delimiter=delimiter))
        width, lines = max(widths.items(), key=lambda each: (each[0] > 1, each[1], each[0]))
        return (lines, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=cut)


def _cell(text: str) -> str:
    """A cell without what spreadsheets wrap around numbers that are texts."""
    bare = " ".join(text.split())
    found = _EXCEL.fullmatch(bare)
    return (found[1] or found[2] or "").strip() if found else bare


def _places(
    lines: Sequence[tuple[int, list[str]]], mapping: Mapping[str, str]
) -> tuple[dict[str, int], int]:
    """Where each column is, and the first line below the head; 0 when it has none."""
    wanted = {key: column for key, column in mapping.items() if key not in _HOW}
    numbers = {key: int(column) - 1 for key, column in wanted.items() if column.isdecimal()}
    names = {key: column for key, column in wanted.items() if key not in numbers}
    if not names and all(key in numbers for key in NEEDED):
        return numbers, 0
    asked = names | {key: key for key in NEEDED if key not in wanted}
    for start, (_, cells) in enumerate(lines, 1):
        head = {plain(cell): at for at, cell in reversed([*enumerate(cells)])}
        if all(plain(column) in head for column in asked.values()):
            ours = {key: key for key in CLUES if key not in wanted and plain(key) in head}
            found = {key: head[plain(column)] for key, column in (asked | ours).items()}
            return numbers | found, start
    raise ValueError(_no_head(lines, asked))


def _no_head(lines: Sequence[tuple[int, list[str]]], asked: Mapping[str, str]) -> str:
    """What to say when no line has all the columns: the line that has most of them is the head."""
    wanted = {plain(column) for column in asked.values()}
    _, cells = max(lines, key=lambda line: len(wanted & {plain(cell) for cell in line[1]}))
    missing = [
        f"{key}={column}" for key, column in asked.items() if plain(column) not in map(plain, cells)
    ]
    has = ", ".join(cell for cell in cells if cell)
    way = "say which it is with --map"
    return f"has no column for {', '.join(missing)}; it has: {has}; {way}"


def _from_first_day(
    texts: Sequence[tuple[int, dict[str, str]]], order: Order
) -> Iterator[tuple[int, dict[str, str]]]:
    began = False
    for number, each in texts:
        try:
            began = began or bool(day(each["date"], order))
        except ValueError:
            continue
        yield number, each


def _record(
    number: int, texts: Mapping[str, str], sign: Sign, order: Order, currency: Currency
) -> Record | None:
    """A line of money; None when no money came in by it."""
    clues = {key: texts[key] for key in CLUES if texts.get(key)}
    wrong: list[str] = []
    when, value = None, None
    try:
        value = amount(texts["amount"], sign) if texts["amount"] else Decimal(0)
        if value <= 0:
            return None
        exact = currency.round(value)
        value = exact if exact == value else value
    except ValueError as error:
        wrong.append(str(error))
    try:
        when = day(texts["date"], order)
    except ValueError as error:
        wrong.append(str(error))
    if when is None and (value is None or not texts["ref"]):  # a sum, or words at the end
        return None
    if not texts["ref"]:
        wrong.append("has no reference: give it one")
    return Record(number, when, value, texts["ref"], clues, texts, "; ".join(wrong))
