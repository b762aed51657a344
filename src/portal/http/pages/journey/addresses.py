"""The address of each person: found by its postcode, typed, the same as somebody else's, or none (guide G25, G26)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from portal.addresses.port import FoundAddress, LookupUnavailable, NotAPostcode
from portal.application import filling_in
from portal.application.filling_in import Kept
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.portal import Outcome
from portal.application.state_tokens import state_token
from portal.application.visitors import NotFound
from portal.domain.addresses import AddressByHand, AddressSource, Place, WhyNoAddress
from portal.domain.people import Adult, Child
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.domain.services import Capacity
from portal.http.faults import Faults
from portal.http.forms import STRANGE_FIELDS, Form
from portal.http.pages.journey.asking import CHANGED
from portal.http.pages.journey.steps import address, from_check, onward
from portal.http.reading import BadBody, faults_in
from portal.http.views import TheView, View

AT = "/referrals/{referral_id:uuid}/people/{person_id:uuid}/address"
PURPOSE = "address"
LINES = ("line_1", "line_2", "line_3")
FIELDS = {*LINES, "postcode", "uprn", "town", "typed_postcode", "how", "why", "from", "secret", "seen", "find", "also"}
MEANWHILE = "This address was changed after you opened this page. Check it, and save it again to replace what is there."
AWAY = "Addresses cannot be looked up just now. Choose “I will enter it myself” and type the address."


@get(AT, include_in_schema=False)
async def show_address(view: TheView, referral_id: FromPath[UUID], person_id: FromPath[UUID]) -> Response[str]:
    """What is known of where somebody lives, or works."""
    referral, person = await _read(view, referral_id, person_id)
    return _page(view, referral, person, await view.kept() or _stored(referral, person))


@post(AT, status_code=303, include_in_schema=False)
async def confirm_address(view: TheView, referral_id: FromPath[UUID], person_id: FromPath[UUID]) -> Response[str]:
    """ "Find Address" lists what is at a postcode; any other button saves the answer and goes on."""
    referral, person = await _read(view, referral_id, person_id)
    form, command = await view.form(PURPOSE, ("also",))
    if form.keys() - FIELDS:
        raise BadBody(STRANGE_FIELDS)
    if "find" in form:
        return await _found(view, referral, person, form)
    own = OwnReferral(view.portal, view.who, command, referral.id, one(form, "seen") or None)
    try:
        outcome = await _answer(own, referral, person, form)
    except CHANGED:
        faults = [Fault("", MEANWHILE)]
    except NotAPostcode as wrong:
        faults = [Fault("/typed_postcode", str(wrong))]
    except LookupUnavailable:
        faults = [Fault("/how", AWAY)]
    except Refused as refused:
        faults = [here(fault) for fault in refused.faults or [Fault("", refused.says)]]
    else:
        return view.to(onward(view, outcome.answer, f"/people/{person_id}/address"))
    return _page(view, referral, person, form, faults, await _found_before(view, form))


async def _found_before(view: View, form: Form) -> Sequence[FoundAddress]:
    """The list that was on the page which is shown again."""
    if one(form, "how") != "found":
        return ()
    try:
        return await filling_in.find_addresses(view.portal, one(form, "postcode"))
    except (NotAPostcode, LookupUnavailable):
        return ()


async def _found(view: View, referral: Referral, person: Child | Adult, form: Form) -> Response[str]:
    try:
        found = await filling_in.find_addresses(view.portal, one(form, "postcode"))
    except NotAPostcode as wrong:
        return _page(view, referral, person, form, [Fault("/postcode", str(wrong))])
    except LookupUnavailable:
        return _page(view, referral, person, {**form, "how": ["typed"]}, [Fault("/how", AWAY)])
    if not found:
        says = "No address is known at this postcode. Check it, or enter the address yourself."
        return _page(view, referral, person, form, [Fault("/postcode", says)])
    return _page(view, referral, person, {**form, "how": ["found"]}, found=found)


async def _answer(own: OwnReferral, referral: Referral, person: Child | Adult, form: Form) -> Outcome[Referral]:
    kept = Kept(Place.WORKPLACE if isinstance(person, Adult) else Place.HOME, one(form, "secret") == "yes")
    persons = [person.id, *_also(referral, person, form)]
    match one(form, "how"):
        case "found":
            if not one(form, "uprn"):
                raise _missing("/uprn", "Choose an address from the list.")
            return await filling_in.choose_address(own, persons, one(form, "uprn"), kept)
        case "typed":
            return await filling_in.type_address(own, persons, typed_address(form), kept)
        case "same":
            return await filling_in.copy_address(own, person.id, _other(referral, form))
        case "none":
            why = next((each for each in WhyNoAddress if each.value == one(form, "why")), None)
            if why is None:
                raise _missing("/why", "Say why there is no address.")
            return await filling_in.say_no_address(own, persons, why, kept)
    raise _missing("/how", "Find the address, enter it yourself, or say why there is none.")


def _also(referral: Referral, person: Child | Adult, form: Form) -> list[UUID]:
    """Whose address it is too: of those who have none yet, the ones that were ticked."""
    return [each.id for each in _waiting(referral, person) if str(each.id) in form.get("also", [])]


def _waiting(referral: Referral, person: Child | Adult) -> list[Child]:
    """The other children who have no address yet, where this is a child's."""
    others = referral.children.values() if isinstance(person, Child) else ()
    return [each for each in others if each.id != person.id and each.id not in referral.addresses]


def typed_address(form: Form) -> AddressByHand:
    """The address that was typed. Raises Refused with what is wrong with it."""
    answers = {
        "lines": [text for line in LINES if (text := one(form, line))],
        "town": one(form, "town"),
        "postcode": one(form, "typed_postcode"),
    }
    if faults := list(faults_in(answers, AddressByHand)):
        raise Refused("Check the address.", [here(fault) for fault in faults])
    return msgspec.convert(answers, AddressByHand)


def _other(referral: Referral, form: Form) -> UUID:
    found = next((each for each in referral.people if str(each) == one(form, "from")), None)
    if found is None:
        raise _missing("/from", "Choose whose address it is too.")
    return found


def _missing(at: str, says: str) -> Refused:
    return Refused("Check the address.", [Fault(at, says)])


def here(fault: Fault) -> Fault:
    """The domain's places as this page calls them."""
    place = fault.at.strip("/").partition("/")[0]
    names = {"lines": "line_1", "postcode": "typed_postcode", "from_person": "from", "town": "town", "uprn": "uprn"}
    return Fault(f"/{names.get(place, place)}" if place else "", fault.says)


def one(form: Form, name: str) -> str:
    """What was typed into a field, without the space around it."""
    return next(iter(form.get(name, [])), "").strip()


async def _read(view: View, referral_id: UUID, person_id: UUID) -> tuple[Referral, Child | Adult]:
    referral = await read_own_referral(view.portal, view.who, referral_id)
    if person_id not in referral.people:
        raise NotFound
    return referral, referral.people[person_id]


def _stored(referral: Referral, person: Child | Adult) -> Form:
    """The address that is known, as the page asks for it."""
    known = referral.addresses.get(person.id)
    if known is None:
        return {}
    form = {"secret": ["yes" if known.secret else ""]}
    if known.source is AddressSource.NONE:
        return {**form, "how": ["none"], "why": [known.why_none.value if known.why_none else ""]}
    lines = dict(zip(LINES, ([line] for line in known.lines), strict=False))
    return {**form, **lines, "how": ["typed"], "town": [known.town], "typed_postcode": [known.postcode]}


def _page(
    view: View,
    referral: Referral,
    person: Child | Adult,
    form: Form,
    faults: Sequence[Fault] = (),
    found: Sequence[FoundAddress] = (),
) -> Response[str]:
    others = [each for each in referral.people.values() if each.id != person.id and each.id in referral.addresses]
    values: dict[str, Any] = {
        "typed": {name: one(form, name) for name in FIELDS},
        "found": [{"value": each.uprn, "text": each.one_line} for each in found],
        "also": form.get("also", []),
        "waiting": [{"value": str(each.id), "text": each.called} for each in _waiting(referral, person)],
        "people": [{"value": str(each.id), "text": each.called} for each in others],
        "whys": [{"value": each.value, "text": each.text} for each in WhyNoAddress],
    }
    return view.page(
        "journey/address.html",
        "Address",
        faults=Faults(faults),
        referral=referral,
        person=person,
        workplace=isinstance(person, Adult),
        seen=state_token(view.portal, referral, f"address:{person.id}"),
        back=address(referral, "/check" if from_check(view) else ""),
        oneself=referral.capacity_towards(person.id) is Capacity.SELF,
        staying=referral.whereabouts.get(person.id),
        **values,
    )


HANDLERS = [show_address, confirm_address]
