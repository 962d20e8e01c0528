"""``demo``: an internet provider run from git against simulated routers, on this machine.

Plays the example network that comes with ispconf in a temporary folder. Between its own headings
every line is printed by the verb, or the git command, that stands above it.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

import ispconf
from ispconf.commands.session import Session, shared
from ispconf.commands.simulator import prepared
from ispconf.edge.edits import edit
from ispconf.errors import ApplyError, Exit, RequestError
from ispconf.simulator import Router, Simulator

PARTS = ("inventory", "plans", "subscribers", "ledger", "templates", "ispconf.yaml")
KEYS = ("ispconf.keys.yaml", "example.age-key", ".gitattributes")
PASSWORDS = {f"{name}_PASSWORD": "demo" for name in ("NORTE_1", "SUR_1", "CENTRO_1")}
_PERSON = "Tania Romero"
_MAIL = "tania@globalspeed.example"
_GIT = {
    "GIT_AUTHOR_NAME": _PERSON,
    "GIT_AUTHOR_EMAIL": _MAIL,
    "GIT_COMMITTER_NAME": _PERSON,
    "GIT_COMMITTER_EMAIL": _MAIL,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_PAGER": "cat",
}


@click.command("demo")
@shared()
@click.option("--keep", is_flag=True, help="Leave the folder with the network behind.")
def command(session: Session, keep: bool) -> int:
    r"""Play the whole story on this machine, with nothing installed: about half a minute.

    Starts three simulated routers, plans and applies the example network, changes it, catches a
    change made by hand, bills, lets a cut date pass, cuts, takes a payment and restores.

    \b
      ispconf demo
      ispconf demo --keep
    """
    folder = Path(tempfile.mkdtemp(prefix="ispconf-demo-"))
    try:
        with Simulator() as simulator:
            stage = _built(session, folder, simulator)
            for act in (_first_apply, _change, _drift, _cut_and_restore):
                act(stage)
        click.echo(_ENDING)
    finally:
        if keep:
            click.echo(f"The network of the demo is in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return int(Exit.OK)


@dataclass(frozen=True)
class Stage:
    """The repository that the demo plays in, the environment of its commands, its routers."""

    folder: Path
    env: Mapping[str, str]
    routers: Mapping[str, Router]

    def say(self, text: str) -> None:
        """A heading: what happens next, and why."""
        click.secho(f"\n# {text}", fg="cyan", bold=True)

    def ispconf(self, words: str, *, leaves: int = 0) -> None:
        """Runs a verb as a user would.

        Raises:
            ApplyError: it left with another exit code than the story asks for.
        """
        click.secho(f"$ ispconf {words}", bold=True)
        self._run([sys.executable, "-m", "ispconf", *shlex.split(words)], leaves)

    def git(self, words: str) -> None:
        """Runs git."""
        click.secho(f"$ git {words}", bold=True)
        self._run(["git", *shlex.split(words)], 0)

    def _run(self, words: list[str], leaves: int) -> None:
        sys.stdout.flush()
        ended = subprocess.run(words, cwd=self.folder, env=dict(self.env), check=False)  # noqa: S603
        if ended.returncode != leaves:
            raise ApplyError(f"{' '.join(words)} left with {ended.returncode}, not {leaves}")
        click.echo()


def example() -> Path:
    """The folder with the example network: this clone's, or the one that was installed.

    Raises:
        RequestError: neither is there.
    """
    places = (
        Path(ispconf.__file__).resolve().parents[1],
        Path(sysconfig.get_path("data")) / "share" / "ispconf" / "example",
    )
    for place in places:
        if all((place / part).exists() for part in PARTS):
            return place
    raise RequestError("the example network is missing: run the demo in a clone of ispconf")


def _built(session: Session, folder: Path, simulator: Simulator) -> Stage:
    """A repository with the example network, its routers simulated on free ports."""
    source = example()
    for name in (*PARTS, *KEYS):
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name)
        elif (source / name).exists():
            shutil.copy2(source / name, folder / name)
    key = {"ISPCONF_AGE_KEY_FILE": str(folder / KEYS[1])}
    env = dict(session.env) | _GIT | PASSWORDS | key
    stage = Stage(folder, env, {})
    inside = Session(env, session.now, directory=folder)
    routers: dict[str, Router] = {}
    for router in inside.network().routers.values():
        free = router.model_copy(update={"port": 0})
        routers[router.id] = prepared(simulator, free, "demo")
        edit(folder, router.file, {("port",): str(routers[router.id].port)})
    _strangers(routers["centro-1"])
    for words in ("init -q -b main", "add .", "commit -q -m 'the network of Global Speed'"):
        subprocess.run(["git", *shlex.split(words)], cwd=folder, env=env, check=True)  # noqa: S603, S607
    return Stage(stage.folder, stage.env, routers)


def _strangers(router: Router) -> None:
    """What an administrator set up before ispconf came: it must never be touched."""
    rule = {"chain": "forward", "action": "accept", "connection_state": "established,related"}
    router.add("/ip/firewall/filter", **rule, comment="accept established")
    router.add("/queue/simple", name="oficina", target="192.168.50.0/24", max_limit="50M/50M")
    router.add("/ppp/secret", name="respaldo", password="x", comment="enlace de respaldo")  # noqa: S106


def _first_apply(stage: Stage) -> None:
    stage.say("An internet provider is a git repository: 24 subscribers, 3 routers, 5 plans.")
    stage.git("log --oneline --stat=72,50 --compact-summary -1 -- ispconf.yaml inventory plans")
    stage.ispconf("check")
    stage.say("Who is served follows from the files, the ledger and the day; nobody types it.")
    stage.ispconf("status --date 2026-11-18")
    stage.say("The routers are empty, but for three rows that somebody made by hand on centro-1.")
    stage.ispconf("plan --date 2026-11-18")
    stage.ispconf("apply --date 2026-11-18 --yes")
    stage.say("Applied means: nothing is left to do.")
    stage.ispconf("plan --date 2026-11-18")


def _change(stage: Stage) -> None:
    stage.say("A technician signs somebody up, and somebody wants a faster plan: a branch.")
    stage.git("switch -q -c alta-rosa")
    stage.ispconf(
        "subscriber new rosa-campos --name 'Rosa Campos Tlatelpa' --plan hogar-20 --router centro-1"
        " --type pppoe --user rosa-campos --address auto --date 2026-11-18"
    )
    stage.ispconf("subscriber set carmen-flores services.casa.plan=hogar-50 --date 2026-11-18")
    stage.git("add subscribers")
    stage.git("commit -q -m 'Rosa Campos signed up; Carmen Flores takes 50 Mbps'")
    stage.say("What the pull request shows, with people and money counted:")
    stage.ispconf("plan --date 2026-11-18")
    stage.git("switch -q main")
    stage.git("merge -q --ff-only alta-rosa")
    stage.say("Merged: exactly that is applied; Carmen's session is dropped, it comes back faster.")
    stage.ispconf("apply --date 2026-11-18 --yes")


def _drift(stage: Stage) -> None:
    stage.say("Somebody opens WinBox and gives a friend another profile by hand.")
    router, name = stage.routers["norte-1"], "hector-perez"
    click.secho(f"[admin@norte-1] > /ppp/secret/set {name} profile=hogar-50", bold=True)
    router.set("/ppp/secret", name, profile="hogar-50")
    stage.ispconf("drift --date 2026-11-18", leaves=Exit.CHANGES)
    stage.ispconf("apply --date 2026-11-18 --yes")


def _cut_and_restore(stage: Stage) -> None:
    stage.say("The nightly run bills: only what is missing, however often it runs.")
    stage.ispconf("bill --date 2026-11-18")
    stage.ispconf("bill --date 2026-11-18")
    stage.git("add ledger")
    stage.git("commit -q -m 'Bill run of 2026-11-18'")
    stage.say("Two days later the cut date has passed. Nobody changed a file; the day did.")
    stage.ispconf("status ana-lopez --why --date 2026-11-20")
    stage.ispconf("plan --date 2026-11-20")
    stage.ispconf("apply --date 2026-11-20 --yes")
    stage.say("Ana comes to the desk and pays.")
    stage.ispconf("pay ana-lopez 350.00 --method cash --ref 2101 --journal caja1 --date 2026-11-20")
    stage.git("add ledger")
    stage.git("commit -q -m 'Payment of Ana Lopez'")
    stage.ispconf("apply --date 2026-11-20 --yes")
    stage.say("Her history: every invoice, every payment, the balance after each.")
    stage.ispconf("statement ana-lopez --date 2026-11-20")
    stage.git("log --oneline --no-decorate")


_ENDING = """
What to try next, in your clone:

  export NORTE_1_PASSWORD=demo SUR_1_PASSWORD=demo CENTRO_1_PASSWORD=demo
  export ISPCONF_AGE_KEY_FILE=$PWD/example.age-key
  .venv/bin/ispconf simulator &                     three routers on this machine
  .venv/bin/ispconf plan --date 2026-11-20          what would change, and why
  .venv/bin/ispconf status ana-lopez --why          one subscriber, every reason
  .venv/bin/ispconf init ../my-network              a repository of your own
  .venv/bin/ispconf --help                          all verbs
"""
