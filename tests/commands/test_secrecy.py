"""Passwords never leave: not in what a verb prints, nor in what it leaves behind (P-19)."""

import io
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import click
import pytest

from ispconf.cli import VERBS, group, run
from ispconf.commands.session import Session
from ispconf.errors import Exit
from ispconf.simulator import Faults, Simulator
from tests.commands.canaries import MARK, SECRETS, Leaks, planted, watched
from tests.commands.world import CUT
from tests.edge.forges import TOKEN, hosting
from tests.edge.repositories import git

HERE = "{folder}"  # stands for a folder beside the repository
RUNS: dict[str, list[str]] = {
    "init": [f"init {HERE}/new"],
    "demo": [],  # has a network of its own: test_demo looks at that
    "check": ["check", "check --base HEAD --actor maria", "check --actor eve"],
    "plan": ["plan", f"plan --out {HERE}/plan.json", f"plan --date {CUT}",
             "plan --format markdown", "plan --format html"],
    "router snapshot": [f"router snapshot --out {HERE}/routers.json",
                        f"plan --offline {HERE}/routers.json"],
    "ci record": [f"ci record {HERE}/plan.json",
                  f"ci record --snapshot {HERE}/routers.json"],
    "approve": ["approve HEAD --by olga"],
    "apply": ["apply --yes", f"apply --yes --approved {HERE}/plan.json",
              "apply --yes --approved recorded"],
    "drift": ["drift"],
    "import": ["import norte-1", "import norte-1 --drift"],
    "rollback": ["rollback HEAD~1"],
    "pay": ["pay p00 400.00 --ref 1"],
    "bill": ["bill"],
    "promise": ["promise p03 --until 2026-11-10 --journal caja1"],
    "credit": ["credit invoices-000004 10.00 --reason x --journal caja1"],
    "refund": ["refund p00 1.00 --method cash --ref 9 --journal caja1"],
    "reverse": ["reverse caja1-000001 --reason bounced --journal caja1"],
    "write-off": ["write-off invoices-000005 1.00 --reason x --journal caja1"],
    "transfer": ["transfer p00 p01 1.00 --journal caja1"],
    "ledger opening": ["ledger opening p00 10.00 --reason x --journal caja1"],
    "ledger close": ["ledger close 2026-10"],
    "status": ["status", "status p01 --why", "status --routers"],
    "statement": ["statement p01"],
    "history": ["history p01"],
    "blame": ["blame p00"],
    "audit": ["audit --since HEAD~1", "audit --since HEAD~1 --routers"],
    "explain": ["explain HEAD~1..HEAD"],
    "receipt": ["receipt caja1-000001"],
    "invoice": ["invoice invoices-000001", f"invoice --period 2026-11 --all --out {HERE}/papers"],
    "debtors": ["debtors"],
    "report revenue": ["report revenue"],
    "report receivables": ["report receivables"],
    "report debtors": ["report debtors"],
    "report churn": ["report churn"],
    "report promises": ["report promises"],
    "report cash": ["report cash --journal caja1"],
    "export": [f"export csv --out {HERE}/books", "export beancount", "export hledger"],
    "subscriber new": ["subscriber new zoe --name Zoe --plan hogar-20 --router norte-1 --encrypt"],
    "subscriber show": ["subscriber show p00", "subscriber show p01", "subscriber show p02"],
    "subscriber list": ["subscriber list", "subscriber list --format csv"],
    "subscriber set": ["subscriber set p02 notes=x",
                       "subscriber set p05 services.casa.access.type=queue",
                       "subscriber set p07 services.casa.cancelled.on=2026-11-02"],
    "subscriber erase": ["subscriber erase p07 --keep-balance"],
    "router test": ["router test norte-1"],
    "router status": ["router status"],
    "router sessions": ["router sessions"],
    "router backup": [f"router backup norte-1 --out {HERE}/backups"],
    "secrets keygen": [f"secrets keygen -C {HERE}/new", "secrets keygen"],
    "secrets encrypt": ["secrets encrypt a/b"],
    "secrets edit": ["secrets edit subscribers/p00.yaml", "secrets edit subscribers/p02.yaml"],
    "secrets rotate": ["secrets rotate", "secrets rotate --allow derived=0"],
    "secrets recipients": ["secrets recipients"],
    "ci commit": ["ci commit ledger --message books"],
    "ci codeowners": ["ci codeowners"],
    "ci comment": [f"ci comment {HERE}/plan.json --pr 7"],
    "ci heartbeat": ["ci heartbeat"],
    "ci matrix": ["ci matrix"],
    "simulator": [],  # a process of its own, below
}  # fmt: skip
OFTEN = ("plan", "status", "subscriber show", "secrets encrypt", "check")
"""Verbs that are also asked when everything goes wrong."""


def verbs() -> Iterator[str]:
    """Every verb, those of groups one by one."""
    context = click.Context(group)
    for name in VERBS:
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from (f"{name} {each}" for each in command.commands)
        else:
            yield name


@pytest.mark.parametrize("verb", [*verbs()])
def test_no_verb_is_forgotten(verb: str) -> None:
    assert verb in RUNS


@pytest.fixture(scope="module")
def leaks(tmp_path_factory: pytest.TempPathFactory, simulator: Simulator) -> Leaks:
    """Every verb was asked, as text and as JSON, then asked again in every kind of trouble."""
    folder = tmp_path_factory.mktemp("canaries")
    found = planted(folder, simulator)
    editor = folder / "editor.py"
    editor.write_text(f"import sys; open(sys.argv[1], 'a').write('# {MARK}')", encoding="utf-8")
    found.isp.env["EDITOR"] = f"{sys.executable} {editor}"
    with hosting() as forge, watched(found), pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder / "tmp"))
        (folder / "tmp").mkdir()
        found.isp.env |= forge.env()
        found.tokens.append(TOKEN)
        asked(found, folder)
        troubled(found)
        crashed(found)
        found.seen += [("the forge", f"{heard.path} {heard.body}") for heard in forge.heard]
    return found


def asked(found: Leaks, folder: Path) -> None:
    """Each verb does its work."""
    for verb, lines in RUNS.items():
        for line in lines:
            words = line.replace(HERE, str(folder)).split()
            if "--format" not in words:
                ask(found, verb, *words, "--format", "json")
            ask(found, verb, *words)


def ask(found: Leaks, verb: str, *words: str) -> int:
    ran = found.isp.run(
        *words, given=f"{MARK}-typed\n", here=not any(word.endswith("/new") for word in words)
    )
    assert ran.code not in (Exit.USAGE, Exit.BUG), (words, ran)
    if ran.code == Exit.OK:
        found.worked.add(verb)
    found.seen.append((verb, ran.out + ran.err))
    return ran.code


def troubled(found: Leaks) -> None:
    """Routers that refuse, identities that are missing, files with mistakes at every secret."""
    isp, router = found.isp, found.isp.routers["norte-1"]
    isp.change("subscribers/p02.yaml", "password: ", f"password: {MARK}-new")
    router.faults = Faults(trap_writes=dict.fromkeys(range(1, 99), "failure: not now"))
    ask(found, "apply", "apply", "--yes")
    router.faults = Faults(refuse_logins=True)
    ask(found, "plan", "plan")
    router.faults = Faults()
    whole = isp.text("subscribers/p05.yaml")
    for old, new in (
        ("password: ", "passwrd: "), ("password: ", "password: ["), ("password: ", 'password: "'),
        ("password: ", "password: &a "), ("password: ", "password: {a: "),
        ("password: ", "password: x, password: "),
    ):  # fmt: skip
        isp.write("subscribers/p05.yaml", whole.replace(old, new))
        for verb in OFTEN[:2]:
            ask(found, verb, verb)
        ask(found, "check", "check", "--format", "json")
    isp.write("subscribers/p05.yaml", whole)
    inventory = isp.text("inventory/norte-1.yaml")
    isp.write("inventory/norte-1.yaml", inventory.replace("${NORTE_1_PASSWORD}", f"{MARK}-plain"))
    assert ask(found, "check", "check") == Exit.PROBLEMS
    isp.write("inventory/norte-1.yaml", inventory)
    home = isp.env.pop("HOME")
    isp.env["ISPCONF_AGE_KEY"] = f"AGE-SECRET-KEY-1{MARK.upper()}"
    for verb in ("plan", "secrets rotate"):
        ask(found, verb, *verb.split())
    del isp.env["ISPCONF_AGE_KEY"]
    isp.env["HOME"] = home


class Broken(StringIO):
    """A pipe that a bug of ours writes to."""

    def write(self, text: str) -> int:
        raise ZeroDivisionError(len(text))


def crashed(found: Leaks) -> None:
    """A bug in the middle of an answer: the traceback tells where, and no secret."""
    for verb in OFTEN:
        words = RUNS[verb][0].split()
        now = datetime(2026, 11, 3, 18, tzinfo=UTC)
        session = Session(found.isp.env, now, StringIO(f"{MARK}-typed\n"))
        err = StringIO()
        with redirect_stdout(Broken()), redirect_stderr(err):
            code = run(session, [*words, "-C", str(found.isp.folder)])
        assert (code, "ZeroDivisionError" in err.getvalue()) == (Exit.BUG, True), verb
        found.seen.append((f"the traceback of {verb}", err.getvalue()))


def test_as_many_as_that_are_planted(leaks: Leaks) -> None:
    assert leaks.planted >= SECRETS
    assert leaks.found(f"x{MARK}x")
    assert leaks.found(next(iter(leaks.derived)))
    assert leaks.found(f"-{leaks.identity}")


@pytest.mark.parametrize("verb", [verb for verb, lines in RUNS.items() if lines])
def test_no_verb_prints_a_secret(leaks: Leaks, verb: str) -> None:
    said = [text for name, text in leaks.seen if name.endswith(verb)]
    assert verb in leaks.worked
    assert [found for text in said if (found := leaks.found(text))] == []


@pytest.mark.parametrize("who", ["the words of a child process", "the forge"])
def test_nobody_else_hears_one(leaks: Leaks, who: str) -> None:
    said = [text for name, text in leaks.seen if name == who]
    assert said
    assert [found for text in said if (found := leaks.found(text))] == []


def test_no_file_holds_one_but_those_that_people_wrote(leaks: Leaks) -> None:
    folder = leaks.isp.folder
    left = {str(path) for path in folder.parent.rglob("*") if path.is_file()} | leaks.opened
    files = [Path(path) for path in sorted(left - leaks.own) if Path(path).is_file()]
    assert any("journal" in str(path) for path in files)
    assert any(path.name == "cache.sqlite" for path in files)
    assert not list((folder.parent / "tmp").iterdir())
    told = {str(path): leaks.found(path.read_bytes().decode("latin-1")) for path in files}
    assert {path: found for path, found in told.items() if found} == {}


def test_no_branch_of_ours_holds_one(leaks: Leaks) -> None:
    refs = git(leaks.isp.folder, "for-each-ref", "--format=%(refname)").split()
    for ref in refs:
        base = [] if "ispconf-" in ref else ["^main"]
        said = git(leaks.isp.folder, "log", "-p", "--format=%B", ref, *base)
        assert leaks.found(said) == "", ref


def test_the_simulator_prints_none_and_shows_none_to_other_users(leaks: Leaks) -> None:
    process = leaks.isp.process("simulator", "--router", "lab", "--format", "json")
    assert isinstance(process.stdout, io.TextIOBase)
    line = process.stdout.readline()
    words = Path(f"/proc/{process.pid}/cmdline")
    shown = words.read_bytes().decode() if words.exists() else ""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert leaks.found(line + out + err + shown) == ""
