"""Whatever people ask of a referral, in whatever order: history makes the same referral again, and so do the folds."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial, reduce
from typing import Any
from uuid import UUID

from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from portal.domain.forms.consent import Consent, WhyNotAgreed
from portal.domain.forms.form import FORMS
from portal.domain.people import age
from portal.domain.referral import Referral
from portal.domain.referral_parts import Amendment
from portal.domain.refusals import Refused
from portal.domain.services import Capacity, Channel, Service
from portal.domain.whereabouts import Whereabouts
from portal.domain.working_days import after_working_days
from portal.projections import dashboard, staff_inbox, submitted_forms
from portal.projections.people_index import IndexedPeople, people_index, terms_of
from portal.projections.staff_inbox import Listed
from tests.domain.made_up import (
    AGREED,
    ALLEGATION,
    AMARA,
    ANSWER,
    AT_WORK,
    COLIN,
    GROWN_UP,
    IN_DANGER,
    JONAH,
    MOTHER,
    MYSELF,
    NO_FIXED_ABODE,
    PARENT,
    PRIYA,
    SAFE,
    SUPPORT,
    TAMSIN,
    TANNERY_ROW,
    TEACHER,
    UNBORN,
    WORRIES,
)
from tests.domain.policy import NOW, STREAM, enveloped, read_back, replayed

Command = Callable[..., object]  # of a referral, `now` given by name
KEY = b"b" * 32
INDEX = people_index(KEY)
ADDS = {Referral.amend, Referral.issue_feedback}  # a second time is something new


def fill_in(referral: Referral, now: datetime) -> None:
    """Do all that is still missing."""
    if referral.service is Service.LADO and not referral.adult:
        referral.name_adult(COLIN, now)
    if not referral.children and not referral.no_particular_child:
        referral.add_child(AMARA, now)
    referral.confirm_children(now)
    for person in referral.people:
        if person not in referral.capacities:
            referral.declare_capacity([person], next(iter(referral.capacities.values()), AT_WORK), now)
        if person not in referral.addresses:
            referral.confirm_address([person], TANNERY_ROW, now)
    referral.declare_danger(referral.danger or SAFE, now)
    for section in (WORRIES, SUPPORT, ALLEGATION):
        if type(section) in FORMS[referral.service]:
            referral.give_answers(section, now)
    if referral.service is not Service.LADO:
        referral.record_consent(AGREED, now)


def asks(method: Command, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return st.builds(partial, st.just(method), **values)


children = st.sampled_from([AMARA, JONAH, UNBORN, GROWN_UP])
changed = children.map(lambda child: replace(child, description="Wears a red coat"))
people = st.sampled_from([AMARA.id, JONAH.id, UNBORN.id, COLIN.id, UUID(int=0xF)])
consents = [AGREED, Consent(agreed=False), Consent(agreed=False, why_not_agreed=WhyNotAgreed.DELAY)]
about = [ANSWER, replace(ANSWER, child_id=AMARA.id), replace(ANSWER, child_id=JONAH.id)]
draft = st.one_of(
    asks(Referral.claim, owner=st.sampled_from([PRIYA, TAMSIN])),
    asks(Referral.add_child, child=children),
    asks(Referral.give_child_details, child=children | changed),
    asks(Referral.remove_child, child_id=people),
    asks(Referral.say_no_particular_child),
    asks(Referral.confirm_children),
    asks(Referral.name_adult, adult=st.sampled_from([COLIN, replace(COLIN, phone="01632 960 142")])),
    asks(
        Referral.declare_capacity,
        persons=st.lists(people, min_size=1, max_size=3),
        given=st.sampled_from([AT_WORK, MOTHER, MYSELF]),
    ),
    asks(Referral.declare_danger, danger=st.sampled_from([SAFE, IN_DANGER])),
    asks(
        Referral.confirm_address,
        persons=st.lists(people, min_size=1, max_size=3),
        address=st.sampled_from([TANNERY_ROW, replace(TANNERY_ROW, secret=True), NO_FIXED_ABODE]),
    ),
    asks(Referral.copy_address, person=people, other=people),
    asks(
        Referral.give_whereabouts,
        children=st.lists(people, min_size=1, max_size=3),
        whereabouts=st.sampled_from([Whereabouts(staying="With an aunt", address=TANNERY_ROW), None]),
    ),
    asks(Referral.give_answers, section=st.sampled_from([WORRIES, SUPPORT, ALLEGATION])),
    asks(Referral.record_consent, consent=st.sampled_from(consents)),
    asks(Referral.change_service, service=st.sampled_from(Service)),
    asks(fill_in),
)
sending = asks(
    Referral.submit,
    reference=st.just("4H7K-PX2M"),
    referrer=st.sampled_from([TEACHER, TEACHER, PARENT]),
    channel=st.sampled_from(Channel),
    received_at=st.just(NOW - timedelta(minutes=5)),
)
afterwards = st.one_of(
    asks(Referral.amend, amendment=st.just(Amendment(text="He is back at school.", why="I learned more today"))),
    asks(Referral.withdraw_consent, why=st.just("She wants to wait")),
    asks(Referral.withdraw, why=st.just("It was sent twice")),
    asks(Referral.acknowledge),
    asks(Referral.issue_feedback, feedback=st.sampled_from(about)),
)
anything = st.one_of(draft, draft, sending, afterwards, asks(Referral.end_draft))
histories = st.one_of(
    st.lists(anything, max_size=25),
    st.builds(
        lambda before, sent, after: [partial(Referral.claim, owner=PRIYA), *before, partial(fill_in), sent, *after],
        st.lists(draft, max_size=15),
        sending,
        st.lists(st.one_of(afterwards, afterwards, draft), min_size=1, max_size=10),
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Service), st.sampled_from([None, PRIYA]), histories)
def test_any_history_makes_the_same_referral_again_and_rows_that_agree_with_it(
    service: Service, owner: UUID | None, commands: list[Command]
) -> None:
    referral = Referral.start(STREAM, service, owner, "" if owner else "hash of a token", NOW)
    for minute, command in enumerate(commands, 1):
        ask(referral, command, NOW + timedelta(minutes=minute))
    events: list[Any] = list(referral.collect_events())
    event(standing(referral) if not referral.ended else "ended")

    assert referral.status == standing(referral)
    assert replayed(events) == referral
    assert replayed([read_back(each) for each in events]) == referral
    form = reduce(submitted_forms.evolve, enveloped(events), None)
    row = reduce(staff_inbox.evolve, enveloped(events), None)
    measure = reduce(dashboard.evolve, enveloped(events), None)
    index = reduce(INDEX.evolve, enveloped(events), None)
    if referral.ended:
        assert (form, row, measure, index) == (None, None, None, None)
    else:
        assert form and row and measure and index
        the_index_agrees(index, referral)
        the_form_agrees(form, referral)
        the_row_agrees(row, referral)
        the_measure_agrees(measure, referral)


def ask(referral: Referral, command: Command, now: datetime) -> None:
    """Refused, and nothing has happened; or done, and asking the same again changes nothing."""
    version = referral.version
    try:
        command(referral, now=now)
    except Refused:
        assert referral.version == version or command.func is fill_in  # type: ignore[attr-defined]
        return
    if command.func in ADDS:  # type: ignore[attr-defined]
        return
    version = referral.version
    with suppress(Refused):
        command(referral, now=now)
    assert referral.version == version


def standing(referral: Referral) -> str:
    """Where it stands, in the words of the inbox."""
    if referral.submission is None:
        return "draft"
    ends = [(issued.at, "answered") for issued in referral.feedback]
    if referral.withdrawn:
        ends.append((referral.withdrawn.at, "withdrawn"))
    return max(ends)[1] if ends else "acknowledged" if referral.acknowledged_at else "new"


def the_index_agrees(index: IndexedPeople, referral: Referral) -> None:
    found = {term for person in referral.people.values() for term in terms_of(KEY, referral.service, person)}
    assert set(index.terms.split()) == (found if referral.submission else set())
    assert index.received_at == (referral.submission and referral.submission.received_at)


def the_form_agrees(form: submitted_forms.SubmittedForm, referral: Referral) -> None:
    assert form.status == {"new": "sent"}.get(standing(referral), standing(referral))
    assert (form.id, form.service) == (referral.id, referral.service)
    assert (form.owner, form.draft_key) == (referral.owner, referral.draft_key)
    assert (form.started_at, form.changed_at) == (referral.created_on, referral.modified_on)
    assert form.reference == (referral.submission and referral.submission.reference)
    assert form.received_at == (referral.submission and referral.submission.received_at)
    assert form.feedback_count == len(referral.feedback)
    assert form.content and form.content.names == {key: person.called for key, person in referral.people.items()}


def the_row_agrees(row: staff_inbox.InboxRow, referral: Referral) -> None:
    sent = referral.submission
    ends = [each for each in (referral.withdrawn, referral.consent_withdrawn) if each]
    changes = [amended.at for amended in referral.amendments] + [each.at for each in ends]
    assert (row.status, row.service) == (standing(referral), referral.service)
    assert row.urgent == bool(sent and sent.urgent)
    assert (row.reference, row.received_at) == ((sent.reference, sent.received_at) if sent else (None, None))
    assert row.acknowledged_at == referral.acknowledged_at
    assert row.changed_at == max(changes, default=None)
    assert row.content and row.content.children == {
        key: Listed(child.initials, age(child, NOW.date())) for key, child in referral.children.items()
    }
    assert row.content.adult == (referral.adult and Listed(referral.adult.initials))
    if sent:
        capacities = {of.capacity for of in referral.capacities.values()}
        at_work = Capacity.PROFESSIONAL in capacities
        assert row.content.referrer in ({TEACHER.organisation} if at_work else {"self", "personal"})


def the_measure_agrees(measure: dashboard.Measure, referral: Referral) -> None:
    sent = referral.submission
    assert (measure.status, measure.service) == (standing(referral), referral.service)
    assert measure.received_at == (sent and sent.received_at)
    assert measure.due_at == (sent and after_working_days(sent.received_at))
    assert measure.received_on == (sent and "2026-11-23")
    assert measure.acknowledged_at == referral.acknowledged_at
