"""A row that was sealed once opens for ever: whatever is bound to a ciphertext can never be written another way."""

from uuid import UUID

import pytest

from portal.domain.catalogue import CATALOGUE
from portal.domain.referral_events import ReferralClaimed
from portal.eventstore.envelope import Damaged, Metadata
from portal.eventstore.rows import to_envelopes
from tests.eventstore.logbook import KEYRING, NOON

STREAM = UUID(int=0x5EED)
STATE = (
    "01224a485fc0672da324d4b70ec309d61eeafe4e0dc689b7fc3993ac4df4f824007014f208f5b9f2f135961e7f930bd85ab6"
    "710b408dc365212f802222a3979d95b6426821c7383e2dda380b1171348100e23eaec3f48ef43996c9309cc610cde0b1d34a"
    "5377f2dd8fb892056da3edca"
)
WRAPPED = "62afc51a3fdd9d08c6ee1d34b5cb9328bd45d9c83e375ef54f698f7134414445c77a76231bbbadda"
METADATA = '{"actor":"account:tested","digest":"abc","request":"r-1","session":"s-1"}'
SEALED = {
    "position": 7,
    "id": UUID(int=1),
    "stream_id": STREAM,
    "version": 2,
    "topic": "referral.claimed",
    "state": bytes.fromhex(STATE),
    "key_id": UUID("797d9590-c71f-427f-a097-cc1f1a0f7841"),
    "kek_version": 1,
    "wrapped": bytes.fromhex(WRAPPED),
    "recorded_at": NOON,
}


IN_ANOTHER_ORDER = '{"session": "s-1", "request": "r-1", "digest": "abc", "actor": "account:tested"}'


@pytest.mark.parametrize("metadata", [METADATA, IN_ANOTHER_ORDER])
def test_a_row_of_the_first_release_opens_however_the_database_writes_its_metadata(metadata: str) -> None:
    [envelope] = to_envelopes(CATALOGUE, KEYRING, [{**SEALED, "metadata": metadata}])
    owner = UUID(int=0xA)
    claimed = ReferralClaimed(originator_id=STREAM, originator_version=2, timestamp=NOON, owner=owner)
    assert envelope.event == claimed
    assert envelope.metadata == Metadata(actor="account:tested", request="r-1", session="s-1", digest="abc")


@pytest.mark.parametrize("field", ["account:tested", "r-1", "s-1", "abc", '"digest"', "{"])
def test_none_of_who_asked_can_be_changed_or_added_to(field: str) -> None:
    changed = METADATA.replace(field, '{"more":1,' if field == "{" else '"other"' if '"' in field else "other")
    [envelope] = to_envelopes(CATALOGUE, KEYRING, [{**SEALED, "metadata": changed}])
    assert isinstance(envelope.event, Damaged)
