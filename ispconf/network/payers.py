"""Whose money it is that came with a few clues: an id, an invoice, a phone, a name.

Every clue that names somebody must name the same one; a name alone counts only when one subscriber
has it. Knows the subscribers and the ledger; where the clues come from does not matter.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from ispconf.ledger.book import Book
from ispconf.ledger.written import NUMBER
from ispconf.network.subscriber import Subscriber
from ispconf.network.wording import meant
from ispconf.payments.records import plain

_NUMBERS = re.compile(NUMBER)
_DIGITS: Final = 8
"""Digits from which a phone is one; the last ten of them are compared."""
_NEAR: Final = 3
_UNLIKE: Final = 0.4


class Payer(NamedTuple):
    """Who it is and what said so; ``invoices`` are those that were named."""

    subscriber: str
    by: str
    invoices: tuple[str, ...] = ()


class Unknown(NamedTuple):
    """Why nobody was found, and who might be meant."""

    why: str
    near: tuple[str, ...] = ()


class Payers:
    """All subscribers, found by what a payment says of them."""

    def __init__(self, subscribers: Iterable[Subscriber], book: Book) -> None:
        self._book = book
        self._ids: set[str] = set()
        self._tax_ids: defaultdict[str, set[str]] = defaultdict(set)
        self._phones: defaultdict[str, set[str]] = defaultdict(set)
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._words: defaultdict[str, set[str]] = defaultdict(set)
        self._called: dict[str, str] = {}
        for person in subscribers:
            self._ids.add(person.id)
            self._tax_ids[_letters(person.tax_id or "")].add(person.id)
            self._phones[_phone(person.contact.phone or "")].add(person.id)
            called = self._called[person.id] = _words(person.name)
            self._names[called].add(person.id)
            for word in called.split():
                self._words[word].add(person.id)

    def payer(self, clues: Mapping[str, str], ref: str = "") -> Payer | Unknown:
        """Who paid, by clues called ``subscriber``, ``invoice``, ``tax_id``, ``phone`` and so on.

        ``text`` and the reference are looked through for ids and numbers of invoices.
        """
        who = clues.get("subscriber", "")
        if who and who not in self._ids:
            return Unknown(f'"{who}" is not in subscribers/{meant(who, self._ids)}')
        named = [*self._invoices(clues, ref)]
        if clues.get("invoice") and not named:
            return Unknown(f'invoice "{clues["invoice"]}" is not in the ledger')
        found = {by: each for by, each in self._clear(clues, ref, named) if each}
        if not found:
            return self._by_name(clues)
        if any(len(each) > 1 for each in found.values()) and (name := clues.get("name")):
            same = self._names.get(_words(name), set())
            found |= {"name": same} if same else {}
        common = set.intersection(*found.values())
        if len(common) == 1:
            return Payer(common.pop(), ", ".join(found), tuple(named))
        if common:
            return Unknown(
                f"{' and '.join(found)} belong to several", tuple(sorted(common))[:_NEAR]
            )
        told = ", ".join(f"{by} says {' or '.join(sorted(each))}" for by, each in found.items())
        return Unknown(f"clues contradict each other: {told}")

    def _clear(
        self, clues: Mapping[str, str], ref: str, named: Iterable[str]
    ) -> Iterator[tuple[str, set[str]]]:
        """Clues that are about one subscriber, or a few who share them."""
        if clues.get("subscriber"):
            yield "subscriber", {clues["subscriber"]}
            return
        for no in named:
            yield f"invoice {no}", {self._book.by_no[no].subscriber}
        yield "tax id", self._tax_ids.get(_letters(clues.get("tax_id", "")) or "-", set())
        yield "phone", self._phones.get(_phone(clues.get("phone", "")) or "-", set())
        yield "reference", {ref.lower()} & self._ids
        words = re.findall(r"[a-z0-9]+(?:-+[a-z0-9]+)*", f"{ref} {clues.get('text', '')}".lower())
        yield "text", {word for word in words if "-" in word and word in self._ids}

    def _invoices(self, clues: Mapping[str, str], ref: str) -> Iterator[str]:
        """The invoices that are named, each once."""
        texts = " ".join((clues.get("invoice", ""), ref, clues.get("text", ""))).lower()
        for no in dict.fromkeys(_NUMBERS.findall(texts)):
            entry = self._book.by_no.get(no)
            if entry is not None and entry.type == "invoice" and entry.subscriber in self._ids:
                yield no

    def _by_name(self, clues: Mapping[str, str]) -> Payer | Unknown:
        name, text = clues.get("name", ""), clues.get("text", "")
        if not name:
            inside = self._named_in({*plain(text).split()})
            if len(inside) == 1:
                return Payer(inside.pop(), "name in the text")
            return Unknown("nothing in it says who paid", tuple(sorted(inside))[:_NEAR])
        same = self._names.get(_words(name), set())
        if len(same) == 1:
            return Payer(next(iter(same)), "name")
        if same:
            return Unknown(f'{len(same)} subscribers are called "{name}"', tuple(sorted(same)))
        return Unknown(f'nobody is called "{name}"', tuple(self._near(_words(name))))

    def _named_in(self, words: Iterable[str]) -> set[str]:
        """Those whose whole names, two words at least, are among these words."""
        shared = Counter(who for word in words for who in self._words.get(word, ()))
        return {
            who
            for who, count in shared.items()
            if count > 1 and count == self._called[who].count(" ") + 1
        }

    def _near(self, name: str) -> Iterator[str]:
        """Those whose names are most like it, among those who share a word with it."""
        shared = Counter(who for word in name.split() for who in self._words.get(word, ()))
        likely = ((_unlike(name, self._called[who]), who) for who, _ in shared.most_common(50))
        for unlike, who in sorted(likely)[:_NEAR]:
            if unlike <= _UNLIKE or shared[who] > 1:
                yield who


def _unlike(one: str, other: str) -> float:
    return 1 - SequenceMatcher(None, one, other).ratio()


def _words(name: str) -> str:
    """A name as its words in order of the alphabet: whoever writes it turns them round."""
    return " ".join(sorted({*plain(name).split()}))


def _letters(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _phone(text: str) -> str:
    """The last ten digits: with or without the country's code it is the same phone."""
    digits = re.sub(r"[^0-9]", "", text)
    return digits[-10:] if len(digits) >= _DIGITS else ""
