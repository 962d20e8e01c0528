"""From what a paper says to the paper in words: labels, amounts and days in the reader's language.

Decides which rows there are, once for text, HTML and PDF. The words come as data, one catalogue a
language; knows nothing of how wide the paper is.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from ispconf.ledger.documents.content import (
    Business,
    Cash,
    Content,
    Customer,
    Invoice,
    Moved,
    Receipt,
    Statement,
    Taken,
)
from ispconf.ledger.documents.sheet import Row, Sheet, Table, harmless
from ispconf.ledger.documents.voice import Parts, Voice, Words
from ispconf.ledger.entries import Entry
from ispconf.ledger.extras import described
from ispconf.ledger.reports.cash import Drawer


def sheet(what: Content, business: Business, voice: Voice) -> Sheet:
    """The paper in words."""
    match what:
        case Receipt():
            kind, parts = "receipt", _receipt(what, voice)
        case Invoice():
            kind, parts = "invoice", _invoice(what, voice)
        case Statement():
            kind, parts = "statement", _statement(what, voice)
        case Cash():
            kind, parts = "cash", _cash(what, voice)
    words = voice.words
    made = Sheet(
        kind=kind,
        language=voice.locale.language,
        business=business,
        letterhead=tuple(_letterhead(business, words)),
        title=words["credit_note" if isinstance(what, Invoice) and what.total < 0 else kind],
        no=what.no,
        stamps=((words["copy"],) if what.copy else ()) + parts.stamps,
        customer=parts.customer or tuple(_customer(what.customer, voice)),
        facts=parts.facts,
        tables=parts.tables,
        totals=parts.totals,
        notes=tuple(note for note in parts.notes if note),
        foot=parts.foot,
        page=words["page"],
        signatures=parts.signatures,
    )
    checked: Sheet = harmless(made)
    return checked


def _letterhead(business: Business, words: Words) -> Iterator[str]:
    """What stands under the company's name."""
    yield from business.lines
    if business.tax_id:
        yield f"{words['tax_id']} {business.tax_id}"


def _customer(who: Customer, voice: Voice) -> Iterator[Row]:
    yield from voice.row("customer", who.name)
    yield from voice.row("number", who.id)
    yield from voice.row("tax_id", who.tax_id)
    yield from voice.row("address", who.address)
    yield from voice.row("plan", ", ".join(dict.fromkeys(who.plans)))


def _receipt(what: Receipt, voice: Voice) -> Parts:
    words, money = voice.words, voice.locale.money
    paid = tuple(
        (
            part.no,
            voice.days(part.first, part.last) or _what(part.charge, voice),
            money(part.amount),
        )
        for part in what.paid
    )
    table = Table((words["settles"], words["period"], words["amount"]), paid)
    cashier = f"{what.cashier} ({what.journal})" if what.cashier else what.journal
    return Parts(
        facts=(
            *voice.day("date", what.date),
            *voice.row("method", voice.named("method", what.method)),
            *voice.row("ref", what.ref),
            *voice.amount("received", what.amount, strong=True),
        ),
        tables=(table,) if paid else (),
        totals=(
            *(voice.amount("left", what.left) if what.left and paid else ()),
            *_balance(what.balance, voice),
            *_cut(what.next_cut, what.date, voice),
        ),
        notes=(words["thanks"], words["not_fiscal"]),
        foot=(*voice.row("served", cashier), *voice.row("code", what.code)),
        stamps=tuple(_reversed(each, voice) for each in what.reversals),
    )


def _cut(cut: dt.date | None, date: dt.date, voice: Voice) -> Iterator[Row]:
    """The day of the cut that comes, or of the one that lasts."""
    return voice.day("next_cut" if cut is None or cut > date else "cut_since", cut)


def _reversed(reversal: Moved, voice: Voice) -> str:
    said = f"{voice.words['reversed']} {voice.locale.day(reversal.date)}"
    return f"{said}: {voice.locale.money(reversal.amount)} ({reversal.no})"


def _balance(balance: Decimal, voice: Voice) -> Iterator[Row]:
    if balance > 0:
        return voice.amount("owed", balance, strong=True)
    return voice.amount("credit" if balance < 0 else "balance", abs(balance))


def _invoice(what: Invoice, voice: Voice) -> Parts:
    words, money = voice.words, voice.locale.money
    lines = tuple((line.item, money(line.amount)) for line in what.lines)
    settled = tuple(
        (
            # an invoice that settles another one is a credit note
            f"{voice.named('type', 'credit' if each.type == 'invoice' else each.type)} {each.no}",
            voice.locale.day(each.date),
            money(each.amount),
        )
        for each in what.settled
    )
    tables = [Table((words["item"], words["amount"]), lines)]
    if settled:
        tables.append(Table((words["paid"], words["date"], words["amount"]), settled))
    taxes = [Row(f"{words['includes']} {name}", money(amount)) for name, amount in what.taxes]
    return Parts(
        facts=(
            *voice.day("issued", what.date),
            *voice.row("period", voice.days(what.first, what.last)),
            *voice.row("service", what.service),
            *voice.day("due", what.due if what.total >= 0 else None),
            *(voice.day("cut", what.cut) if what.open else ()),
        ),
        tables=tuple(tables),
        totals=(
            *voice.amount("total", what.total, strong=not settled and not what.other),
            *taxes,
            *(voice.amount("open", what.open) if settled else ()),
            *(voice.amount("other", what.other) if what.other > 0 else ()),
            *(voice.amount("credit", -what.other) if what.other < 0 else ()),
            *_to_pay(what, voice),
        ),
        notes=(words["not_fiscal"],),
        foot=tuple(voice.row("code", what.code)),
        stamps=(words["settled"],) if what.total > 0 and not what.open else (),
    )


def _to_pay(what: Invoice, voice: Voice) -> Iterator[Row]:
    if what.settled or what.other:
        yield from voice.amount("to_pay", max(what.balance, Decimal(0)), strong=True)


def _statement(what: Statement, voice: Voice) -> Parts:
    words, locale = voice.words, voice.locale
    moved = [entry.effect for entry, _ in what.entries]
    charged = sum((effect for effect in moved if effect > 0), Decimal(0))
    paid = -sum((effect for effect in moved if effect < 0), Decimal(0))
    rows = tuple(_move(entry, balance, voice) for entry, balance in what.entries)
    head = ("date", "entry", "what", "charge", "payment", "balance")
    return Parts(
        facts=(
            *voice.day("from", what.first),
            *voice.day("until", what.date),
            *(voice.amount("before", what.before) if what.first else ()),
        ),
        tables=(Table(tuple(words[word] for word in head), rows, 3),) if rows else (),
        totals=(
            *voice.row("charges", locale.money(charged)),
            *voice.row("payments", locale.money(paid)),
            *_balance(what.balance, voice),
            *voice.day("next_due", what.next_due),
            *_cut(what.next_cut, what.date, voice),
        ),
        notes=(() if rows else (words["nothing"],)) + (words["not_fiscal"],),
        foot=tuple(voice.row("code", what.code)),
    )


def _cash(what: Cash, voice: Voice) -> Parts:
    words = voice.words
    journal, cashier = what.customer.id, what.customer.name
    taken = tuple(_taken(each, voice) for each in what.taken)
    drawers = tuple(row for each in what.drawers for row in _drawer(each, voice))
    tables = [Table((words["movements"], words["what"], words["amount"]), taken)] if taken else []
    if drawers:
        tables.append(Table((words["method"], words["amount"]), drawers))
    return Parts(
        facts=(*voice.day("date", what.date), *voice.row("last", what.last)),
        tables=tuple(tables),
        totals=tuple(_counted(what, voice)),
        notes=() if taken else (words["nothing"],),
        foot=tuple(voice.row("code", what.code)),
        customer=(*voice.row("journal", journal), *voice.row("cashier", cashier)),
        signatures=(
            f"{words['handed_over']}: {cashier}" if cashier else words["handed_over"],
            words["taken_over"],
        ),
    )


def _taken(one: Taken, voice: Voice) -> tuple[str, ...]:
    kind, method = voice.named("type", one.type), voice.named("method", one.method)
    said = f"{kind}: {method} {one.ref}".rstrip()
    return one.no, f"{said}, {one.name}", voice.locale.money(one.amount)


def _drawer(one: Drawer, voice: Voice) -> Iterator[tuple[str, str]]:
    """What lay there, came, went and lies there; nothing of what was not."""
    amounts = {"opening": one.opening, "came": one.came, "went": one.went, "lies": one.closing}
    for word, amount in amounts.items():
        if amount or word == "lies":
            name = f"{voice.named('method', one.method)}: {voice.words[word]}"
            yield name, voice.locale.money(amount)


def _counted(what: Cash, voice: Voice) -> Iterator[Row]:
    yield from voice.amount("expected", what.held, strong=what.counted is None)
    if what.counted is not None:
        yield from voice.amount("counted", what.counted)
        yield from voice.amount("difference", what.counted - what.held, strong=True)


def _move(entry: Entry, balance: Decimal, voice: Voice) -> tuple[str, ...]:
    money, effect = voice.locale.money, entry.effect
    return (
        voice.locale.day(entry.date),
        entry.no,
        _what(entry, voice),
        money(effect) if effect > 0 else "",
        money(-effect) if effect < 0 else "",
        money(balance),
    )


def _what(entry: Entry, voice: Voice) -> str:
    """An entry in a few words."""
    taken_back = entry.type == "invoice" and entry.amount < 0  # the rest of a dearer plan
    kind = voice.named("type", "credit" if taken_back else entry.type)
    match entry.type:
        case "invoice":
            said = ", ".join(line.item for line in described(entry))
        case "payment" | "refund":
            said = f"{voice.named('method', entry.method or '')} {entry.ref}"
        case "fee":
            said = voice.named("fee", entry.kind or "")
        case "promise":
            said = voice.locale.day(entry.until) if entry.until else ""
        case _:
            about = entry.of or ", ".join(entry.for_) or entry.to or entry.from_ or ""
            said = ": ".join(part for part in (about, _why(entry, voice)) if part)
    return f"{kind}: {said}" if said else kind


def _why(entry: Entry, voice: Voice) -> str:
    """The reason as somebody wrote it; of a reversal often one that there are words for."""
    reason = entry.reason or ""
    return voice.words.get(f"{entry.type}_{reason.replace(' ', '_')}", reason)
