"""What gets a clear error, and loses nothing."""

import json
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from ispconf.simulator import Faults, Router, Simulator, User
from tests.commands.shapes import FAILURE, PROBLEMS, misfits
from tests.commands.world import CUT, Isp, invoice

# routers


def password(isp: Isp, box: Router) -> None:  # noqa: ARG001
    isp.env["SUR_1_PASSWORD"] = "otra"


def elsewhere(isp: Isp, box: Router) -> None:
    isp.change("inventory/sur-1.yaml", f"port: {box.port}", "port: 1")


def nowhere(isp: Isp, box: Router) -> None:  # noqa: ARG001
    isp.change("inventory/sur-1.yaml", "host: 127.0.0.1", "host: sur-1.invalid")


def cut_short(isp: Isp, box: Router) -> None:  # noqa: ARG001
    box.faults = Faults(cut_reply_after=200)


def without_read(isp: Isp, box: Router) -> None:  # noqa: ARG001
    box.add("/user/group", name="nada", policy="api,write")
    box.set("/user", "ispconf", group="nada")


@pytest.mark.parametrize(
    ("trouble", "status", "said"),
    [
        (password, "unreachable", 'user "ispconf" may not log in: '),
        (elsewhere, "unreachable", "connection refused on port 1: is the service enabled"),
        (nowhere, "unreachable", 'the name "sur-1.invalid" is not resolved'),
        (cut_short, "incomplete", "was not read to its end"),
        (without_read, "incomplete", 'user "ispconf" may not read /system/resource'),
    ],
)
def test_a_router_in_trouble_does_not_stop_the_others(
    isp: Isp, trouble: Callable[[Isp, Router], None], status: str, said: str
) -> None:
    box = isp.routers["sur-1"]
    trouble(isp, box)
    for verb in ("plan", "apply"):
        ran = isp.json(verb)
        assert ran.code == 4
        assert ran.router("sur-1")["status"] == status
        assert said in ran.router("sur-1")["problem"]
        assert ran.router("sur-1")["live"] is None
    assert isp.online("norte-1") == {"ana", "eva"}
    assert box.rows("/queue/simple") == []
    text = isp.run("plan")
    assert text.code == 4
    assert f"sur-1   {status}: " in text.out
    assert "10 changes wait" in text.out
    assert "1 router not reached" in text.out
    assert "sur-1" in isp.run("apply").out


def test_a_user_who_may_not_write(isp: Isp) -> None:
    isp.routers["sur-1"].set("/user", "ispconf", group="read")
    ran = isp.apply()
    assert ran.code == 5
    assert ran.router("sur-1")["problem"] == (
        "API user ispconf lacks the policy write; on the router: "
        "/user group set [/user get ispconf group] policy=write"
    )
    assert not [heard for heard in isp.routers["sur-1"].log if heard.writes]
    assert isp.online("norte-1") == {"ana", "eva"}


def test_a_menu_that_is_missing_is_in_the_way_of_who_needs_it_only(isp: Isp) -> None:
    for name in ("sur-1", "norte-1"):
        isp.routers[name].faults = Faults(missing_menus=frozenset({"/ppp/secret", "/ppp/active"}))
    plan = isp.plan()
    assert plan.code == 5
    assert plan.router("norte-1")["problem"].startswith(
        "RouterOS 7.16.2 there has no /ppp/secret: "
    )
    (note,) = plan.router("sur-1")["notes"]
    assert note == "the router has no /ppp/active, /ppp/secret; nothing there is managed"
    assert isp.apply().code == 5
    assert isp.row("sur-1", "/queue/simple", "ben/casa")
    assert isp.routers["norte-1"].rows("/ppp/secret") == []
    for router in isp.routers.values():
        router.faults = Faults()
    assert isp.apply().code == 0


def test_a_board_that_lets_no_schedule_run_takes_no_guard(isp: Isp) -> None:
    centro = isp.routers["centro-1"]
    centro.set_mode("home")
    plan = isp.plan()
    assert plan.code == 0
    (note,) = plan.router("centro-1")["notes"]
    assert note.startswith("apply would be refused: its device-mode home forbids scheduler: ")
    assert "/system/device-mode/update scheduler=yes" in note
    ran = isp.apply()
    assert (ran.code, ran.router("centro-1")["status"]) == (5, "refused")
    assert not [heard for heard in centro.log if heard.writes]
    assert isp.apply("--confirm", "off").code == 0


def test_a_certificate_with_another_fingerprint(isp: Isp, simulator: Simulator) -> None:
    box = simulator.router("sur-1", "7.16.2", users={"ispconf": User("llave-sur-1")}, tls=True)
    file = "inventory/sur-1.yaml"
    isp.change(file, f"port: {isp.routers['sur-1'].port}", f"port: {box.tls_port}")
    isp.change(file, "tls: false", f'tls: {{sha256: "{"ab" * 32}"}}')
    plan = isp.plan()
    assert plan.code == 4
    problem = plan.router("sur-1")["problem"]
    seen = problem.partition('the certificate has the fingerprint "')[2].partition('"')[0]
    assert seen.replace(":", "").lower() == box.fingerprint.replace(":", "").lower()
    assert box.log == []
    isp.change(file, "ab" * 32, seen)
    isp.change(file, "routeros: 6", "routeros: 7")
    assert isp.apply().code == 0


@pytest.mark.parametrize("bytes_", [0, 1, 200, 700, 1500])
def test_a_read_that_is_cut_short_is_never_an_empty_one(running: Isp, bytes_: int) -> None:
    before = running.everything()
    running.routers["norte-1"].faults = Faults(cut_reply_after=bytes_)
    ran = running.apply()
    assert ran.code == 4
    assert ran.router("norte-1")["changes"] == []
    assert running.everything() == before


def test_a_password_that_the_environment_does_not_have(isp: Isp) -> None:
    del isp.env["SUR_1_PASSWORD"]
    plan = isp.plan()
    said = plan.router("sur-1")["problem"] if plan.code == 4 else plan.json["problem"]
    assert "the environment has no SUR_1_PASSWORD; set it and try again" in said


# files


def not_text(isp: Isp) -> None:
    isp.write("plans/hogar-50.yaml", b"name: Hogar \xff\nprice: 1\n")


def not_yaml(isp: Isp) -> None:
    isp.write("plans/hogar-50.yaml", "name: [Hogar\nprice: 1\n")


def too_large(isp: Isp) -> None:
    isp.write("plans/hogar-50.yaml", "name: x\n" + "# long\n" * 200_000)


def linked_out(isp: Isp) -> None:
    isp.delete("plans/hogar-50.yaml")
    (isp.folder / "plans/hogar-50.yaml").symlink_to("/etc/hostname")


def unknown_plan(isp: Isp) -> None:
    isp.change("subscribers/eva.yaml", "plan: hogar-50", "plan: hogar-500")


def one_address(isp: Isp) -> None:
    isp.change("subscribers/eva.yaml", "10.20.0.16", "10.20.0.15")


def state_typed(isp: Isp) -> None:
    isp.write("subscribers/eva.yaml", isp.text("subscribers/eva.yaml") + "status: active\n")


def twice_booked(isp: Isp) -> None:
    file = "ledger/2026/11/2026-11-02-caja1.yaml"
    isp.write(file, isp.text(file).replace('"R2"', '"R1"'))


def decimals_booked(isp: Isp) -> None:
    file = "ledger/2026/11/2026-11-02-caja1.yaml"
    isp.write(file, isp.text(file).replace("500.00", "500.005"))


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (not_text, "plans/hogar-50.yaml:1:13: is not UTF-8"),
        (not_yaml, "plans/hogar-50.yaml:2:"),
        (too_large, "plans/hogar-50.yaml: "),
        (linked_out, "plans/hogar-50.yaml: "),
        (
            unknown_plan,
            'eva.yaml:4:11: plan: "hogar-500" is not in plans/ (did you mean "hogar-50"?)',
        ),
        (one_address, "(see subscribers/ana.yaml:7:"),
        (state_typed, "subscribers/eva.yaml:8:1: status: is derived from dated facts"),
        (twice_booked, "ledger/2026/11/2026-11-02-caja1.yaml:2"),
        (decimals_booked, "ledger/2026/11/2026-11-02-caja1.yaml:1"),
    ],
)
@pytest.mark.parametrize("verb", ["check", "plan", "apply", "bill"])
def test_files_that_are_wrong_stop_everything_before_anything(
    isp: Isp, trouble: Callable[[Isp], None], said: str, verb: str
) -> None:
    trouble(isp)
    text = isp.run(verb)
    assert text.code == 1
    assert said in text.out + text.err
    ran = isp.json(verb)
    assert ran.code == 1
    assert misfits(ran.json, PROBLEMS) == []
    assert not any(router.log for router in isp.routers.values())
    assert not (isp.folder / "ledger/2026/11/2026-11-03-invoices.yaml").exists()


def test_every_problem_of_every_file_in_one_run(isp: Isp) -> None:
    for trouble in (not_yaml, state_typed, twice_booked):
        trouble(isp)
    problems = isp.json("check").json["problems"]
    files = {each["file"] for each in problems if each["severity"] == "error"}
    assert files == {
        "plans/hogar-50.yaml",
        "subscribers/eva.yaml",
        "ledger/2026/11/2026-11-02-caja1.yaml",
    }
    assert isp.run("check").out == isp.run("check").out
    assert "nothing was contacted, nothing was written." in isp.run("plan").err


def test_a_folder_without_a_network(tmp_path: Path) -> None:
    isp = Isp(tmp_path)
    for verb in ("check", "status", "plan", "bill"):
        ran = isp.json(verb)
        assert ran.code == 1
        assert misfits(ran.json, FAILURE) == []
        assert "ispconf.yaml" in ran.json["problem"]


# the ledger


def test_a_line_of_the_ledger_that_was_edited_or_removed(isp: Isp) -> None:
    file = "ledger/2026/10/2026-10-28-invoices.yaml"
    isp.change(file, invoice(1, "ana"), invoice(1, "ana", "300.00"))
    edited = isp.json("check", "--base", "HEAD")
    assert edited.code == 1
    (problem,) = [p for p in edited.json["problems"] if p["severity"] == "error"]
    assert (problem["file"], problem["line"]) == (file, 1)
    assert "the ledger is append only" in problem["message"]
    isp.delete(file)
    gone = isp.run("check", "--base", "HEAD")
    assert gone.code == 1
    assert f"{file}: was deleted" in gone.out


def test_a_journal_of_somebody_else(isp: Isp) -> None:
    assert isp.pay("ana", "350.00").code == 0
    assert isp.run("check", "--base", "HEAD", "--actor", "maria").code == 0
    ran = isp.run("check", "--base", "HEAD", "--actor", "pedro")
    assert ran.code == 1
    assert "journal caja1 is written by maria, not by pedro" in ran.out
    assert isp.run("check", "--actor", "pedro").code == 1
    assert isp.run("check", "--base", "no-such-branch").code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ana", "350.001", "--ref", "9"], "350.001"),
        (["ana", "tres", "--ref", "9"], "tres"),
        (["ana", "0", "--ref", "9"], "0"),
        (["ana", "-5", "--ref", "9"], "-5"),
        (["anna", "350", "--ref", "9"], '"anna" is not in subscribers/ (did you mean "ana"?)'),
        (["ana", "350", "--ref", "R1"], "R1"),
        (["ana", "350", "--ref", "9", "--method", "bitcoin"], "no journal of ispconf.yaml takes"),
        (["ana", "350", "--ref", "9", "--method", "transfer"], "yaml takes transfer: add it to"),
        (["ana", "350", "--ref", "9", "--method", "card"], "is taken by caja2, caja3: name one"),
        (["ana", "350", "--ref", "9", "--journal", "caja9"], "caja9"),
        (["ana", "350", "--ref", "9", "--journal", "caja2"], "caja2"),
        (["ana", "350", "--ref", "9", "--for", "invoices-000999"], "invoices-000999"),
        (["ana", "350", "--ref", "9", "--for", "invoices-000002"], "invoices-000002"),
    ],
)
def test_a_payment_that_cannot_be(isp: Isp, words: list[str], said: str) -> None:
    before = book(isp)
    options = [*words[2:], "--", *words[:2]]
    text = isp.run("pay", "-C", str(isp.folder), *options, here=False)
    assert text.code in (1, 2)
    assert said in text.err
    ran = isp.run("pay", "-C", str(isp.folder), "--format", "json", *options, here=False)
    document = ran.json
    assert said in document.get("problem", "") + str(document.get("problems", ""))
    assert book(isp) == before


def book(isp: Isp) -> dict[str, bytes]:
    """All files of the ledger."""
    files = sorted((isp.folder / "ledger").rglob("*"))
    return {str(path): path.read_bytes() for path in files if path.is_file()}


# a disk that is full


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))


@pytest.mark.parametrize(
    "words",
    [
        ("pay", "ana", "350.00", "--ref", "9", "--date", "2026-11-02"),
        ("bill", "--date", "2026-12-28"),
        ("plan", "--out", "plan.json"),
    ],
)
def test_a_full_disk_leaves_the_old_file(isp: Isp, words: tuple[str, ...]) -> None:
    before = book(isp)
    isp.write("plan.json", "the old one")
    code, problem = on_a_full_disk(isp, *words)
    assert code == 1
    assert "cannot be written: File too large; nothing was changed" in problem
    assert book(isp) == before
    assert isp.text("plan.json") == "the old one"
    assert not list(isp.folder.rglob("*.tmp"))


def on_a_full_disk(isp: Isp, *words: str) -> tuple[int, str]:
    isp.env |= {"ISPCONF_CACHE": "off", "PYTHONDONTWRITEBYTECODE": "1"}  # a cut .pyc would stay
    process = isp.process(*words, "--format", "json", preexec_fn=small_files, cwd=isp.folder)
    out, _ = process.communicate(timeout=60)
    found = json.loads(out)
    return process.returncode, str(found.get("problem") or found.get("applied"))


def test_an_apply_whose_journal_cannot_be_kept_stops_and_is_finished_later(isp: Isp) -> None:
    code, problem = on_a_full_disk(isp, "apply")
    assert code == 6
    assert "cannot be written" in problem
    del isp.env["PYTHONDONTWRITEBYTECODE"]
    assert isp.apply().code == 0
    assert isp.plan().changes == []


def test_a_cache_or_journal_that_cannot_be_written(isp: Isp) -> None:
    (isp.folder / ".git/ispconf").mkdir(exist_ok=True)
    (isp.folder / ".git/ispconf/journal").write_text("in the way", encoding="utf-8")
    ran = isp.apply()
    assert (ran.code, isp.writes()) == (1, [])
    assert "journal" in ran.json["problem"]


def test_what_is_remembered_of_the_last_apply_may_be_damaged(running: Isp) -> None:
    for text in ("", "[]", "{", '{"sur-1": {}}', '{"sur-1": 3}'):
        running.write(".git/ispconf/applied.json", text)
        assert running.plan().code == 0
        assert running.json("drift").code == 0
    running.write(
        ".git/ispconf/applied.json",
        json.dumps({"sur-1": {"commit": "0" * 40, "day": CUT, "managed": 3}}),
    )
    ran = running.json("drift")
    assert ran.code == 1
    assert "0" * 12 in ran.json["problem"]
