"""From the form to the desk with a real ClamAV: what it knows reaches nobody, and what it does not know does."""

from pathlib import Path

from portal.documents.scanning import Clamd
from portal.domain.account_details import Role
from tests.documents.clamav import EICAR, Daemon, clamd
from tests.documents.test_lifecycle import again, verdicts
from tests.http.files import NOTE, TEXT, attached, pdf
from tests.http.problems import problem
from tests.http.test_documents import draft_of, sent_by
from tests.portals import Playground


async def test_a_known_virus_is_found_and_everything_else_is_opened(play: Playground, scanner: Daemon) -> None:
    object.__setattr__(play.portal, "scanner", Clamd(scanner.address))
    priya, referral = await draft_of(play)
    files = (("bad.txt", EICAR, "text/plain"), TEXT, ("large.pdf", pdf(padding=9_000_000), "application/pdf"))
    documents = await attached(priya, referral, *files)
    await sent_by(priya, referral)
    await play.drain()
    assert await verdicts(priya, referral) == ["infected", "clean", "clean"]
    worker = await play.staff(Role.WORKER)
    path = f"/api/v1/inbox/{referral}/documents"
    problem(await worker.client.get(f"{path}/{documents[0]['id']}"), 409)
    assert (await worker.client.get(f"{path}/{documents[1]['id']}")).content == NOTE
    assert not scanner.temporary


async def test_a_scanner_that_is_killed_is_waited_for_until_it_is_back(play: Playground, folder: Path) -> None:
    priya, referral = await draft_of(play)
    with clamd(folder) as daemon:
        object.__setattr__(play.portal, "scanner", Clamd(daemon.address))
        daemon.kill()
        await attached(priya, referral, ("bad.txt", EICAR, "text/plain"))
        await sent_by(priya, referral)
        await play.drain()
    assert await verdicts(priya, referral) == ["pending"]
    said = (await priya.client.get("/health")).json()["documents"]
    assert (said["waiting"], said["scanner"]) == (1, "away")
    with clamd(folder):
        await again(play)
    assert await verdicts(priya, referral) == ["infected"]
