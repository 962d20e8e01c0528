import pytest

from ispconf.simulator import Router, Simulator
from ispconf.simulator.device import Device
from ispconf.simulator.scripting import ScriptError, parsed, run
from tests.simulator.conftest import Clock, Line

POOL = "/ip/pool"
FILTER = "/ip/firewall/filter"


def held(device: Device, path: str, name: str = "name") -> list[str]:
    return [row.get(name) or "" for row in device.table(path)]


def complaints(device: Device) -> list[str]:
    return [row.get("message") or "" for row in device.table("/log")]


@pytest.fixture
def device(clock: Clock) -> Device:
    made = Device("norte-1", "7.16.2", clock)
    for name in ("a", "b", "c"):
        made.add(POOL, {"name": name, "ranges": "10.0.0.1-10.0.0.9", "comment": f"mine {name}"})
        made.add(FILTER, {"chain": "forward", "action": "drop", "comment": f"rule#{name}"})
    return made


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ('/ip pool remove [find where name="b"]', "a c"),
        ('/ip/pool/remove [ find where comment~"^mine [ab]" ]', "c"),
        ('/ip pool remove [find where name="x"]', "a b c"),
        ("/ip pool remove [find]", ""),
        ('/ip pool remove [find where name="a" and comment="mine b"]', "a b c"),
        ('/ip/pool add name="d" ranges=10.1.0.0/24; /ip/pool remove "a"', "b c d"),
        ('# a word\n\n  /ip pool set [find where name="a"] \\\n name=z ;', "z b c"),
        (':do { /ip pool add name="a" ranges=10.0.0.1 } on-error={ }\n/ip pool remove a', "b c"),
        (':do { /ip pool add name=a } on-error={ /ip pool remove "c" }', "a b"),
        (":do {\n :do { /none x } on-error={ /none y }\n} on-error={ }\n:put hi", "a b c"),
    ],
)
def test_what_a_script_does(device: Device, source: str, names: str) -> None:
    run(device, source)
    assert " ".join(held(device, POOL)) == names
    assert complaints(device) == []


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ('move [find where comment="rule#c"] destination=[find where comment="rule#a"]', "c a b"),
        ('move [find where comment~"#[ab]"]', "c a b"),
        (
            'add chain=forward comment="rule#n" place-before=[find where comment="rule#b"]',
            "a n b c",
        ),
        ('set [find where comment="rule#a"] comment="rule#z" disabled=yes', "z b c"),
    ],
)
def test_the_order_of_rules(device: Device, source: str, rules: str) -> None:
    run(device, f"/ip firewall filter {source}")
    assert " ".join(held(device, FILTER, "comment")).replace("rule#", "") == rules


def test_strings_say_every_byte(device: Device) -> None:
    run(device, r'/ip pool set [find where name="a"] comment="L\C3\B3pez \"\$x\" \\ \? \n\_."')
    assert held(device, POOL, "comment")[0] == 'López "$x" \\ ? \n .'
    run(device, "/ip firewall filter set [find] !src-address log=yes")
    assert complaints(device) == []


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("/ip pool add name=a ranges=10.0.0.1", "pool with such name exists"),
        ('/ip firewall filter move "*1" destination=[find where comment="x"]', "no such item"),
        ('/ip firewall filter add chain=a place-before=[find where comment~"r"]', "more than one"),
        (":foreach x in=[find] do={ }", "not simulated"),
        ('/ip pool set a comment="$x"', "not simulated: variables"),
        ('/ip pool set a comment="', "does not end"),
        (r'/ip pool set a comment="\q"', "syntax error"),
        ("/ip pool remove [find where name>a]", "syntax error"),
        ('/ip pool remove [find where name~"("]', "bad regular expression"),
        ("/ip pool remove [get a]", "expected find"),
        ("/ip pool remove {", "syntax error"),
        (":do { /ip pool", "expected }"),
        ("}", "syntax error"),
        ("/ip/pool set a [find] ]", "syntax error"),
    ],
)  # fmt: skip
def test_an_error_ends_the_script_and_is_logged(device: Device, source: str, says: str) -> None:
    run(device, f"{source}\n/ip pool remove [find]")
    assert held(device, POOL) == ["a", "b", "c"]
    (said,) = complaints(device)
    assert says in said


def test_what_is_not_understood_is_said() -> None:
    with pytest.raises(ScriptError):
        parsed("hello")


SCRIPT = {"name": "undo", "source": "/ip pool remove [find]\r\n/system script remove undo"}


def test_a_schedule_runs_its_script_when_the_time_has_come(
    simulator: Simulator, router: Router
) -> None:
    router.add(POOL, name="a", ranges="10.0.0.1")
    router.add("/system/script", name="undo", source=SCRIPT["source"])
    router.add("/system/scheduler", name="undo", interval="1m", on_event="undo")
    simulator.passes(59)
    assert len(router.rows(POOL)) == 1
    simulator.passes(2)
    assert router.rows(POOL) == router.rows("/system/script") == []
    assert router.rows("/system/scheduler")[0]["run-count"] == "1"


def test_a_schedule_repeats_until_it_is_removed_or_off(
    simulator: Simulator, router: Router
) -> None:
    add = '/ip firewall address-list add list="l" address='
    router.add("/system/scheduler", name="s", interval="10s", on_event=f"{add}10.0.0.1")
    simulator.passes(11)
    router.set("/system/scheduler", "s", on_event=f"{add}10.0.0.2", disabled="yes")
    simulator.passes(11)
    router.set("/system/scheduler", "s", disabled="no")
    simulator.passes(11)
    assert len(router.rows("/ip/firewall/address-list")) == 2
    router.remove("/system/scheduler", "s")
    simulator.passes(60)
    assert len(router.rows("/ip/firewall/address-list")) == 2


def test_clients_meet_a_router_that_has_done_what_was_due(
    router: Router, clock: Clock, line: Line
) -> None:
    router.add(POOL, name="a", ranges="10.0.0.1")
    router.add("/system/scheduler", name="s", interval="10s", on_event="/ip pool remove [find]")
    clock.now += 10
    assert line.rows("/ip/pool/print") == []


def test_at_start_up(router: Router) -> None:
    event = "/ip pool add name=x ranges=10.0.0.1"
    router.add("/system/scheduler", name="s", start_time="startup", on_event=event)
    router.add("/system/scheduler", name="off", start_time="startup", on_event="/x", disabled="yes")
    router.reboot()
    assert [row["name"] for row in router.rows(POOL)] == ["x"]
    saved = router.save()
    router.load(saved)
    assert len(router.rows("/system/scheduler")) == 2


def test_a_client_runs_a_script(router: Router, line: Line) -> None:
    router.add(POOL, name="a", ranges="10.0.0.1")
    router.add("/system/script", name="undo", source=SCRIPT["source"])
    assert line.talk("/system/script/run", "=number=undo") == [["!done"]]
    assert router.rows(POOL) == router.rows("/system/script") == []
