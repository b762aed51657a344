"""scripts/fuzz: start a portal, sign in everybody, and let schemathesis play each of them."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import portal
from portal.council.rates import Rates
from portal.demonstration import PASSWORD, STAFF, Demonstration, demonstration
from portal.domain.account_details import Role
from tests.fuzz.people import Browser, filled_in

FOLDER = Path(__file__).parent


class Player(NamedTuple):
    """Somebody whom schemathesis plays, and what of the API they try."""

    name: str
    browser: Browser
    chosen: tuple[str, ...]
    signs_in: bool = False  # only now, since what is dangerous needs a second factor of the last minutes


def main() -> None:
    """Read the command line and do it."""
    about = "Send what schemathesis makes of the OpenAPI description, right and wrong: nothing may be a 5xx."
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=about)
    parser.add_argument("--examples", type=int, default=100, help="of each operation, beside those it always tries")
    parser.add_argument("--seed", type=int, help="repeat a run; otherwise a new one, which is printed")
    asked = parser.parse_args()
    with a_portal() as running:
        failed = [player.name for player in players(running) if not play(player, running, asked.examples, asked.seed)]
        faults = [line for line in running.log.read_text().splitlines() if '"level":"error"' in line]
    print(f"{len(faults)} faults in the portal's own log", *faults[:20], sep="\n")
    sys.exit(f"failed: {', '.join(failed)}" if failed or faults else 0)


@contextmanager
def a_portal() -> Iterator[Demonstration]:
    """A demonstration that lets everybody do everything as often as they like."""
    with tempfile.TemporaryDirectory() as folder:
        council = Path(folder) / "council.toml"
        usual = Path(portal.__file__).with_name("demonstration.toml").read_text()
        rates = "".join(f"{name} = {{ one = 100000, network = 100000 }}\n" for name in Rates.__struct_fields__)
        council.write_text(f"{usual}\n[rates]\n{rates}")
        os.environ["PORTAL_COUNCIL"] = str(council)
        with demonstration(None) as running:
            yield running


def players(running: Demonstration) -> list[Player]:
    """An applicant with forms of each kind, some of them sent, and one of each of the staff."""
    priya = Browser(running.address, "priya.nair@oakfield.example")
    priya.registers(PASSWORD)
    ids = [filled_in(priya, service) for service in ("early_help", "social_care", "lado")]
    for referral in ids[:2]:
        priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    nobody = Browser(running.address, "")
    staff = {role: Browser(running.address, email) for email, role in STAFF.values()}
    for each in staff.values():
        each.ids = priya.ids
    # these end the game; the last, since the example of a password is hers
    everything = tuple(
        w for name in ("sign_out", "end_session", "close_account") for w in ("--exclude-operation-id", name)
    )
    staffs = ("The desk", "The audit", "Exceptions", "Staff")
    no_staff = tuple(word for tag in staffs for word in ("--exclude-tag", tag))
    desk = ("--include-tag", "The desk")
    audit = ("--include-tag", "The audit", "--phases", "examples,coverage,fuzzing")  # which leads nowhere further
    return [
        Player("somebody signed in", priya, everything),
        # what nobody begins is theirs by its cookie, which is not sent along: there is nothing there for them
        Player("nobody", nobody, (*no_staff, "--exclude-checks", "ensure_resource_availability")),
        *(Player(role, staff[role], desk, signs_in=True) for role in (Role.WORKER, Role.LADO)),
        Player(Role.AUDITOR, staff[Role.AUDITOR], audit, signs_in=True),
        Player(Role.LADO_MANAGER, staff[Role.LADO_MANAGER], ("--include-tag", "Exceptions"), signs_in=True),
        Player(Role.ADMINISTRATOR, staff[Role.ADMINISTRATOR], ("--include-tag", "Staff"), signs_in=True),
    ]


def play(player: Player, running: Demonstration, examples: int, seed: int | None) -> bool:
    """Let schemathesis play one of them; whether nothing was found."""
    print(f"\n=== {player.name}", flush=True)
    if player.signs_in:
        player.browser.signs_in(PASSWORD)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(FOLDER / "schemathesis.toml"), "run"),
        *(f"{running.address}/api/openapi.json", "--max-examples", str(examples), *player.chosen),
        *("--header", f"Origin: {running.address}", "--no-color"),
        *(("--seed", str(seed)) if seed is not None else ()),
    ]
    known = ",".join(f"{name}={id}" for name, ids in player.browser.ids.items() for id in ids)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "FUZZ_IDS": known,
    }
    with tempfile.TemporaryDirectory() as folder:
        cookies = Path(folder) / "cookies"
        cookies.write_text("\n".join(player.browser.cookies()))
        environment["FUZZ_COOKIES"] = str(cookies)
        found_nothing = subprocess.run(command, env=environment, cwd=folder).returncode == 0
        player.browser.keep(cookies.read_text().split())
    if player.browser.email and not player.browser.is_signed_in():
        print("what was played signed them out: the rest was tried as nobody")
        return False
    return found_nothing


if __name__ == "__main__":
    main()
