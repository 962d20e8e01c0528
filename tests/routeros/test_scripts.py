import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.routeros.scripts import arguments, grant, menu, quoted, value


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ana", "ana"),
        ("10.20.0.0/22", "10.20.0.0/22"),
        ("", '""'),
        ("two words", '"two words"'),
        ('say "no"', r'"say \"no\""'),
        ("$x [y] \\", r'"\$x [y] \\"'),
        ("why?", r'"why\?"'),
        ("a\nb\r\t", r'"a\nb\r\t"'),
        ("López", '"L\\C3\\B3pez"'),
        ("\x01", r'"\01"'),
        ("a;b", '"a;b"'),
        ("{}", '"{}"'),
    ],
)
def test_a_value_as_it_is_written(text: str, written: str) -> None:
    assert value(text) == written


@given(st.text())
def test_nothing_in_a_text_ends_its_string_or_means_something(text: str) -> None:
    inside = quoted(text)[1:-1]
    assert inside.isascii()
    assert inside.isprintable()
    rest = inside.replace("\\\\", "").replace('\\"', "").replace("\\$", "").replace("\\?", "")
    assert not set('"$?') & set(rest)


def test_the_words_of_a_command() -> None:
    assert arguments({"name": "ana", "comment": "a b"}) == 'name=ana comment="a b"'
    assert menu("/ip/firewall/filter", "6.49.17") == "/ip firewall filter"
    assert menu("/ip/firewall/filter", "7.16") == "/ip/firewall/filter"


def test_policies_are_given_on_the_console() -> None:
    assert grant("ispconf", "7.16.2", ["sensitive"]) == (
        "/user/group set [/user get ispconf group] policy=sensitive"
    )
