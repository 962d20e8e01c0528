import pytest

from ispconf.simulator.queries import compile_query
from ispconf.simulator.refusals import RefusalError

ROW = {
    "name": "ana",
    "profile": "hogar",
    "disabled": "false",
    "limit": "20",
    "comment": "",
    "a~b": "1",
}


@pytest.mark.parametrize(
    ("words", "picked"),
    [
        ([], True),
        (["name"], True),
        (["-name"], False),
        (["remote-address"], False),
        (["-remote-address"], True),
        (["comment"], True),
        (["comment="], True),
        (["remote-address="], False),
        (["name=ana"], True),
        (["=name=ana"], True),
        (["name=an"], False),
        (["disabled=no"], False),
        (["disabled=false"], True),
        (["name~a"], False),
        ([">limit=9"], True),
        (["<limit=9"], False),
        (["<name=b"], True),
        ([">remote-address=1"], False),
        (["name=ana", "profile=hogar"], True),
        (["name=ana", "profile=other"], False),
        (["name=x", "profile=hogar", "#|"], True),
        (["name=x", "profile=hogar", "#&"], False),
        (["name=x", "#!"], True),
        (["name=ana", "#!"], False),
        (["name=x", "profile=hogar", "disabled=true", "#|", "#|"], True),
        (["name=x", "#.!|"], True),
        (["name=ana", "profile=x", "#0.", "#|"], True),
    ],
)
def test_a_query_is_a_stack_of_tests(words: list[str], picked: bool) -> None:  # noqa: FBT001
    test = compile_query(words)
    assert (test is None or test(ROW.get)) is picked


def test_an_operation_needs_something_on_the_stack() -> None:
    with pytest.raises(RefusalError, match="invalid query"):
        compile_query(["name=a", "#|"])
