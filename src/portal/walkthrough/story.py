"""The story: a teacher refers two children, the council reads it and answers, an auditor replays it.

Each method is a step; its docstring is what is printed. A step that does not go as told raises WentWrong.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pyotp

from portal.walkthrough.person import Person, WentWrong

PASSWORD = "coffee-otter-bicycle"  # noqa: S105 - of people who do not exist
NEW_PASSWORD = "lantern-gravel-tuba"  # noqa: S105
CHRONOLOGY = b"9 November: Amara came late.\n23 November: bruises on both arms, seen at registration.\n"
FEEDBACK = {
    "what_happens_next": "Dana Osei will ring you on Wednesday.",
    "whom_to_ring": "The family front door, 01632 960 100",
    "how_to_disagree": "Ask for the team manager within ten working days.",
}


class Invited(Person):
    """A member of staff, with the token of their invitation."""

    def __init__(self, address: str, name: str, email: str, token: str) -> None:
        super().__init__(address, name, email)
        self.token = token

    def sign_in_for_the_first_time(self) -> None:
        """By the one-time link, a password of their own, the code that is mailed, and an authenticator app."""
        self.do("POST", "/accounts/invitation", {"token": self.token, "password": PASSWORD})
        self.do("POST", "/sign-in", {"email": self.email, "password": PASSWORD})
        self.do("POST", "/challenge/code", {"code": self.code()})
        offer = self.do("POST", "/account/authenticator", {"current_password": PASSWORD})
        shown = pyotp.TOTP(offer["secret"]).now()
        recovery = self.do("POST", "/account/authenticator/confirmation", {"code": shown})
        _check(len(recovery["recovery_codes"]) > 0, "there are no recovery codes")


class Story:
    """One playing of the story, by people of its own. `worker`, `lado` and `auditor` were invited before."""

    def __init__(self, address: str, worker: Invited, lado: Invited, auditor: Invited) -> None:
        email = f"priya.nair.{uuid4().hex[:8]}@oakfield.example"
        self.priya = Person(address, "Priya Nair", email)
        self.stranger = Person(address, "somebody else")
        self.worker, self.lado, self.auditor = worker, lado, auditor
        self.referral = self.draft = self.reference = self.lado_referral = ""
        self.amara = self.jonah = self.document = ""
        self.history: list[Any] = []

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Every step with its words, in the order in which they stand below."""
        for name, step in vars(Story).items():
            if not name.startswith("_") and name != "steps":
                yield (step.__doc__ or "").strip(), getattr(self, name)

    # --- the referrer ----------------------------------------------------------------------------------------------

    def start_before_signing_in(self) -> None:
        """Priya Nair, a teacher, starts a referral to children's social care, before signing in."""
        form = self.priya.do("POST", "/referrals", {"service": "social_care"})
        self.referral = form["id"]
        self.draft = f"/referrals/{self.referral}"

    def add_two_children(self) -> None:
        """She adds Amara, and a boy whose name she does not know."""
        amara = {"given_name": "Amara", "family_name": "Okafor", "born": "2017-03-27"}
        boy = {"name_not_known": True, "description": "Amara's little brother, in nursery", "estimated_age": 4}
        self.priya.do("POST", f"{self.draft}/children", amara)
        form = self.priya.do("POST", f"{self.draft}/children", boy)
        self.amara, self.jonah = (person["id"] for person in form["people"])

    def change_a_child(self) -> None:
        """She learns the boy's name and puts it in."""
        seen = self.priya.do("GET", self.draft)["state_tokens"][f"child:{self.jonah}"]
        jonah = {"given_name": "Jonah", "family_name": "Okafor", "estimated_age": 4}
        self.priya.do("PUT", f"{self.draft}/children/{self.jonah}", jonah, seen=seen)

    def add_remove_and_confirm(self) -> None:
        """She confirms, adds a cousin after all, removes him again, and confirms once more."""
        self.priya.do("POST", f"{self.draft}/children/confirmation")
        cousin = {"given_name": "Femi", "family_name": "Okafor", "estimated_age": 9}
        form = self.priya.do("POST", f"{self.draft}/children", cousin)
        self.priya.do("DELETE", f"{self.draft}/children/{form['people'][-1]['id']}")
        form = self.priya.do("POST", f"{self.draft}/children/confirmation")
        _check(all(person["confirmed"] for person in form["people"]), "not every child is confirmed")

    def register(self) -> None:
        """She registers as a professional; a code is mailed to her address."""
        account = {
            "kind": "professional",
            "name": "Priya Nair",
            "email": self.priya.email,
            "phone": "01632 960 017",
            "organisation": "Oakfield Primary School",
            "organisation_kind": "school",
            "role": "Designated safeguarding lead",
            "password": PASSWORD,
        }
        self.priya.do("POST", "/accounts", account)

    def validate_the_address(self) -> None:
        """The code validates the address and signs her in; the draft is hers now."""
        self.priya.do("POST", "/challenge/code", {"code": self.priya.code()})
        _check(
            self.priya.do("GET", "/me")["organisation"] == "Oakfield Primary School", "the wrong person is signed in"
        )
        _check(len(self.priya.do("GET", self.draft)["people"]) == 2, "the draft was not taken over")

    def sign_out_and_in_again(self) -> None:
        """She signs out, and in again in two steps; asking for another code at once, she is told to wait a minute."""
        self.priya.do("POST", "/sign-out")
        self.priya.do("GET", self.draft, expect=404)
        self.priya.do("POST", "/sign-in", {"email": self.priya.email, "password": PASSWORD})
        code = self.priya.code()
        self.priya.do("POST", "/challenge/new-code", expect=409)
        self.priya.do("POST", "/challenge/code", {"code": code})

    def say_in_which_capacity(self) -> None:
        """ "I am completing this form as a" professional: asked for Amara, answered for both."""
        answer = {"capacity": "professional", "relationship": "professional", "also_for": [self.jonah]}
        self.priya.do("PUT", f"{self.draft}/people/{self.amara}/capacity", answer)

    def find_an_address(self) -> None:
        """She finds Amara's address by its postcode."""
        found = self.priya.do("POST", "/addresses/search", {"postcode": "zz17be"})
        _check(bool(found), "no address at the postcode")
        self.priya.do(
            "PUT", f"{self.draft}/people/{self.amara}/address/found", {"uprn": found[0]["uprn"], "secret": True}
        )

    def copy_the_address_and_keep_it_secret(self) -> None:
        """Jonah lives there too: copied, and secret like hers."""
        copied = {"from_person": self.amara}
        form = self.priya.do("PUT", f"{self.draft}/people/{self.jonah}/address/copied", copied)
        _check(all(person["address"]["secret"] for person in form["people"]), "the copied address is not secret")

    def be_told_what_is_missing(self) -> None:
        """She tries to send it, and is told at once everything that is missing."""
        refusal = self.priya.do("POST", f"{self.draft}/submission", {"declaration": True}, expect=422)
        places = {fault["at"] for fault in refusal["faults"]}
        worries = {"/answers/worries/worried_about", "/answers/worries/seen_or_heard"}
        _check(places == {"/danger", "/consent", *worries}, f"the gaps named are {sorted(places)}")

    def fill_in_the_rest(self) -> None:
        """Somebody is in danger; she says what she is worried about, and why the family was not asked."""
        self.priya.do("PUT", f"{self.draft}/danger", {"in_danger": True, "police_called": True})
        worries = {
            "worried_about": "Amara came to school with bruises on both arms.",
            "seen_or_heard": "On Monday at registration. She said: 'I'm not allowed to tell.'",
        }
        self.priya.do("PUT", f"{self.draft}/answers/worries", worries)
        self.priya.do("PUT", f"{self.draft}/consent", {"agreed": False, "why_not_agreed": "risk_to_child"})

    def say_who_is_in_the_family(self) -> None:
        """She says who is in the family, what she knows of life at home, and that a text message is safe."""
        mother = {
            "given_name": "Tamsin",
            "family_name": "Okafor",
            "what_they_are": "Mother of both",
            "lives_here": "yes",
            "responsibility": "yes",
        }
        self.priya.do("PUT", f"{self.draft}/answers/household", {"people": [mother]})
        self.priya.do("PUT", f"{self.draft}/answers/home", {"domestic_abuse": "not_known", "learning_difficulty": "no"})
        self.priya.do("PUT", f"{self.draft}/answers/harm", {"kinds": ["hurt_by_adult"], "doctor_needed": "no"})
        form = self.priya.do("PUT", f"{self.draft}/answers/contact", {"ways": ["text"]})
        _check(form["missing"] == [], "something is still missing")

    def attach_a_document(self) -> None:
        """She attaches the school's chronology, and says what it is."""
        said = "What we saw, day by day"
        form = self.priya.attach(f"{self.draft}/documents", "Chronology.txt", CHRONOLOGY, said)["referral"]
        [document] = form["documents"]
        _check((document["name"], document["description"]) == ("Chronology.txt", said), "another file was attached")
        self.document = document["id"]

    def send(self) -> None:
        """ "Send Report to Local Authority": she is given a reference."""
        sent = self.priya.do("POST", f"{self.draft}/submission", {"declaration": True})
        self.reference = sent["submission"]["reference"]

    def send_again(self) -> None:
        """She presses it twice: it is the same referral."""
        again = self.priya.do("POST", f"{self.draft}/submission", {"declaration": True})
        _check(again["submission"]["reference"] == self.reference, "a second referral was made")
        forms = self.priya.do("GET", "/my-submitted-forms")
        _check([form["reference"] for form in forms] == [self.reference], "my submitted forms show something else")

    def nobody_else_sees_it(self) -> None:
        """Somebody else who knows the address of her form finds nothing there."""
        self.stranger.do("GET", self.draft, expect=404)

    # --- the council -----------------------------------------------------------------------------------------------

    def staff_sign_in(self) -> None:
        """Staff follow their invitations, choose passwords, sign in, and set up authenticator apps."""
        for member in (self.worker, self.lado, self.auditor):
            member.sign_in_for_the_first_time()

    def staff_find_it_first(self) -> None:
        """The duty worker finds it in the inbox among the urgent ones, with initials only."""
        line = self._in_inbox(self.worker, self.referral)
        _check(line["urgent"] and line["status"] == "new", "it is not new and urgent")
        _check([child["initials"] for child in line["children"]] == ["AO", "JO"], "the initials are not theirs")

    def staff_open_it(self) -> None:
        """She opens it and reads it in full; that she did is on record."""
        opened = self.worker.do("POST", f"/inbox/{self.referral}/opening")
        _check(opened["referrer"]["name"] == "Priya Nair", "it is somebody else's")
        _check(opened["referral"]["people"][0]["address"]["secret"], "the address is not marked secret")

    def staff_see_that_the_document_was_checked(self) -> None:
        """The attached file has been checked; she downloads it as it was sent, which is on record too."""
        waiting = "the file is still waiting to be checked"
        self.worker.wait_until(lambda: not self._in_inbox(self.worker, self.referral)["documents_waiting"], waiting)
        opened = self.worker.do("POST", f"/inbox/{self.referral}/opening")
        _check([each["verdict"] for each in opened["referral"]["documents"]] == ["clean"], "the file is not clean")
        sent = self.worker.download(f"/inbox/{self.referral}/documents/{self.document}")
        _check(sent == CHRONOLOGY, "the file is not what was sent")

    def staff_acknowledge(self) -> None:
        """She acknowledges it."""
        self.worker.do("POST", f"/inbox/{self.referral}/acknowledgement")

    def add_to_what_was_sent(self) -> None:
        """Priya adds what she learned since; the inbox shows that something was added."""
        added = {"text": "Jonah was not at nursery today.", "why": "I have just been told."}
        self.priya.do("POST", f"{self.draft}/amendments", added)
        _check(self._in_inbox(self.worker, self.referral)["changed_at"] is not None, "the inbox shows no change")

    def staff_answer(self) -> None:
        """The worker answers: for the whole referral, and for Jonah."""
        answer = {"outcome": "A social worker will see the family today.", **FEEDBACK}
        self.worker.do("POST", f"/inbox/{self.referral}/feedback", answer)
        answer = {"outcome": "Nursery and health visitor will be asked.", "child_id": self.jonah, **FEEDBACK}
        self.worker.do("POST", f"/inbox/{self.referral}/feedback", answer)

    def referrer_reads_the_answer(self) -> None:
        """Priya is mailed that an answer is there, and reads it after signing in."""
        self.priya.has_letter("There is a message for you")
        form = self.priya.do("GET", self.draft)
        outcomes = [issued["feedback"]["outcome"] for issued in form["feedback"]]
        _check(outcomes[0] == "A social worker will see the family today.", "the answer is another one")

    # --- an adult who works with children --------------------------------------------------------------------------

    def report_an_adult(self) -> None:
        """She also reports a swimming coach to the LADO, about no particular child."""
        form = self.priya.do("POST", "/referrals", {"service": "lado"})
        self.lado_referral = form["id"]
        draft = f"/referrals/{self.lado_referral}"
        self.priya.do("PUT", f"{draft}/children/none")
        coach = {
            "given_name": "Colin",
            "family_name": "Marsh",
            "job_title": "Coach",
            "employer": "Severnmouth Swimming Club",
        }
        adult = self.priya.do("PUT", f"{draft}/adult", coach)["people"][0]["id"]
        capacity = {"capacity": "professional", "relationship": "professional"}
        self.priya.do("PUT", f"{draft}/people/{adult}/capacity", capacity)
        baths = {"lines": ["Severnmouth Baths", "Quay Street"], "town": "Severnmouth", "place": "workplace"}
        self.priya.do("PUT", f"{draft}/people/{adult}/address/manual", baths)
        self.priya.do("PUT", f"{draft}/danger", {"in_danger": False})
        allegation = {"limbs": ["suitability"], "what_happened": "He shouts and threatens.", "when": "Each Saturday"}
        self.priya.do("PUT", f"{draft}/answers/allegation", allegation)
        self.priya.do("POST", f"{draft}/submission", {"declaration": True})

    def lado_only(self) -> None:
        """The LADO sees it; the duty worker does not."""
        self._in_inbox(self.lado, self.lado_referral)
        self.worker.do("POST", f"/inbox/{self.lado_referral}/opening", expect=404)

    def withdraw_the_report(self) -> None:
        """She withdraws it and says why; the LADO keeps it, marked as withdrawn."""
        self.priya.do("POST", f"/referrals/{self.lado_referral}/withdrawal", {"why": "The club has reported it too."})
        line = self._in_inbox(self.lado, self.lado_referral)
        _check(line["status"] == "withdrawn", "the inbox does not say that it was withdrawn")

    def dashboard(self) -> None:
        """The dashboard counts what arrived, and whether it was read in time."""
        numbers = self.worker.do("GET", "/dashboard")
        _check(sum(count["referrals"] for count in numbers["counts"]) > 0, "nothing is counted")
        _check(all(count["service"] != "lado" for count in numbers["counts"]), "a LADO referral is counted for all")

    def forget_the_password(self) -> None:
        """Priya has forgotten her password: a link by mail, a new one, and every old session has ended."""
        self.priya.do("POST", "/accounts/forgotten-password", {"email": self.priya.email})
        token = self.priya.link_token()
        self.priya.do("POST", "/accounts/new-password", {"token": token, "password": NEW_PASSWORD})
        self.priya.do("GET", "/me", expect=401)
        self.priya.do("POST", "/sign-in", {"email": self.priya.email, "password": NEW_PASSWORD})
        self.priya.do("POST", "/challenge/code", {"code": self.priya.code()})

    # --- the auditor -----------------------------------------------------------------------------------------------

    def replay(self) -> None:
        """An auditor replays the referral: every event, and the form as it stood at the third."""
        asked = {"reason": "Quarterly sample", "version": 3}
        found = self.auditor.do("POST", f"/audit/{self.referral}/replay", asked)
        self.history = found["events"]
        topics = [event["topic"] for event in self.history]
        _check(topics.count("referral.submitted") == 1, "it was not sent exactly once")
        _check(topics.count("referral.feedback_issued") == 2, "it was not answered twice")
        _check(len(found["referral"]["people"]) == 2, "the third event left another state")
        _check(len(found["openings"]) >= 2, "the record of who looked is not complete")

    def _in_inbox(self, member: Person, referral: str) -> Any:
        after = ""
        while True:
            page = member.do("GET", f"/inbox{after}")
            if line := next((line for line in page["referrals"] if line["id"] == referral), None):
                return line
            if page["next"] is None:
                raise WentWrong("it is not in the inbox")
            after = f"?after={page['next'].replace('+', '%2B')}"


def _check(right: bool, otherwise: str) -> None:
    if not right:
        raise WentWrong(otherwise)
