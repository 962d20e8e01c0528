"""An entry as somebody types it at a desk: texts by name, all of them checked, all faults told.

Knows how texts become a draft without a number; whether it may be appended is for ``checks``.
"""

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ispconf.ledger.entries import Entry, from_mapping
from ispconf.ledger.money import Currency

_UNNUMBERED = "draft-000000"


def draft(written: Mapping[str, object], currency: Currency) -> Entry:
    """The draft of an entry written as in the ledger, amounts with the currency's decimals.

    Texts lose the spaces around them: with them a reference would be another one, and booked twice.

    Raises:
        ValueError: every field that is missing or wrong, one line each.
    """
    bare = {key: text.strip() for key, text in written.items() if isinstance(text, str)}
    try:
        entry = from_mapping({**written, **bare, "no": _UNNUMBERED})._replace(no="")
        if "amount" not in written:
            return entry
        return entry._replace(amount=currency.parse(str(written["amount"])))
    except ValidationError as error:
        raise ValueError("\n".join(_lines(error))) from error
    except ValueError as error:
        raise ValueError(f"amount: {error}") from error


def _lines(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, one['loc']))}: {_said(one)}" for one in error.errors()]


def _said(one: ErrorDetails) -> str:
    if one["type"] == "string_too_short":
        return "is empty"
    return one["msg"].removeprefix("Value error, ")
