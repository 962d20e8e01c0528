"""Billing terms: defaults, what is refused, and one block over another."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from ispconf.ledger.facts import LateFee, PromiseLimits
from ispconf.ledger.scalars import Weekday
from ispconf.ledger.terms import Terms
from tests.ledger.samples import service


def test_the_defaults_are_those_of_the_format() -> None:
    terms = Terms()
    assert (terms.mode, terms.charge) == ("cycle", "advance")
    assert (terms.period_day, terms.issue_day, terms.due_day, terms.cut_day) == (1, 1, 1, 5)
    assert terms.notice_day is None
    assert terms.recharge_offsets == (-6, -4, 6)
    assert (terms.first_period, terms.proration) == ("prorated", "actual")
    assert (terms.late_fee, terms.reconnection_fee) == (None, None)
    assert (terms.minimum_cut, terms.restore_on) == (Decimal(1), Decimal(100))
    assert (terms.while_cut, terms.no_cut_days) == ("full", ())
    assert terms.promise == PromiseLimits(max_days=10, max_per_quarter=1)
    assert (terms.plan_change, terms.manage) == ("prorated", "auto")


def test_every_term_is_read_from_text() -> None:
    terms = Terms.model_validate(
        {
            "mode": "recharge",
            "charge": "arrears",
            "period_day": "15",
            "issue_day": "12",
            "notice_day": "16",
            "due_day": "15",
            "cut_day": "20",
            "recharge_offsets": ["-6", "-4", "6"],
            "first_period": "next",
            "proration": "thirty",
            "late_fee": {"percent": "5", "after": "cut"},
            "reconnection_fee": "50.00",
            "minimum_cut": "20.00",
            "restore_on": "50%",
            "while_cut": "stop",
            "no_cut_days": ["friday", "2026-12-24"],
            "promise": {"max_days": "5", "max_per_quarter": "2"},
            "plan_change": "next_period",
            "manage": "manual",
            "fees": {"late": "true", "reconnection": "false"},
            "discounts": [{"percent": "10", "until": "2026-12-31"}],
        }
    )
    assert terms.late_fee == LateFee(percent=Decimal(5), after="cut")
    assert terms.reconnection_fee
    assert terms.reconnection_fee.amount == Decimal("50.00")
    assert terms.no_cut_days == (Weekday.FRIDAY, date(2026, 12, 24))
    assert terms.restore_on == Decimal(50)
    assert set(terms.model_fields_set) == set(Terms.model_fields)


def test_an_amount_of_a_reconnection_fee_may_be_named() -> None:
    terms = Terms.model_validate({"reconnection_fee": {"amount": "50.00"}})
    assert terms == Terms.model_validate({"reconnection_fee": "50.00"})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"cut_day": "32"}, "1 to 31"),
        ({"cut_day": "0"}, "1 to 31"),
        ({"mode": "weekly"}, "cycle"),
        ({"restore_on": "150%"}, "more than the whole"),
        ({"restore_on": "0.5"}, "like 16%"),
        ({"minimum_cut": "-1"}, "negative"),
        ({"late_fee": {"amount": "1e2"}}, "not an amount"),
        ({"reconnection_fee": "much"}, "not an amount"),
        ({"cutt_day": "5"}, "Extra inputs"),
        ({"recharge_offsets": ["-6", "-4"]}, "recharge_offsets"),
        ({"recharge_offsets": ["6", "-4", "-6"]}, "in that order"),
        ({"recharge_offsets": ["1", "2", "6"]}, "issue is not after the payment day"),
        ({"recharge_offsets": ["-6", "-4", "-1"]}, "cut not before it"),
        ({"due_day": "1", "notice_day": "10", "cut_day": "5"}, "comes after cut_day"),
        ({"due_day": "28", "notice_day": "6", "cut_day": "3"}, "comes after cut_day"),
        ({"no_cut_days": list(Weekday)}, "every day of the week"),
        ({"no_cut_days": ["someday"]}, "day of the week"),
        ({"manage": "yes"}, "auto"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Terms.model_validate(written)


def test_a_notice_between_due_and_cut_is_fine_over_the_end_of_a_month() -> None:
    Terms.model_validate({"due_day": "28", "notice_day": "2", "cut_day": "3"})


def test_a_billable_takes_discounts_and_fees_from_its_terms() -> None:
    one = service(fees={"late": "yes"}, discounts=[{"percent": "10"}])
    assert (one.id, one.fees.late, len(one.discounts)) == ("ana/casa", True, 1)


def test_only_what_was_written_is_laid_over_the_base() -> None:
    company = Terms.model_validate({"issue_day": "28", "cut_day": "5"})
    zone = Terms.model_validate({"cut_day": "20", "issue_day": "1"})
    own = Terms.model_validate({"mode": "recharge"})
    resolved = own.over(zone.over(company))
    assert (resolved.mode, resolved.issue_day, resolved.cut_day) == ("recharge", 1, 20)
    assert resolved.model_fields_set == {"mode", "issue_day", "cut_day"}
    assert Terms().over(company) is company
