"""What the portal asks of a post, whichever one a council uses."""

import re
from typing import Final, Protocol

import msgspec

# One mailbox and nothing else: no second address, no name, no comment, no line break (\s has those of Unicode too).
_PART: Final = r'[^\s\x00-\x1f\x7f\ud800-\udfff<>()\[\],;:\\"@]+'
_ONE_MAILBOX: Final = re.compile(f"{_PART}@{_PART}")
_BREAKS_A_HEADER: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MESSAGE_ID: Final = re.compile("[A-Za-z0-9_-]{1,200}")


class Letter(msgspec.Struct, frozen=True):
    """One letter in plain text to one mailbox.

    Raises ValueError when `to` is not exactly one e-mail address or `subject` holds a line break or other control
    character. So a letter that could forge a header, or reach a second reader, cannot be made, let alone sent.
    """

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        if not _ONE_MAILBOX.fullmatch(self.to):
            raise ValueError("the recipient is not one plain e-mail address")
        if _BREAKS_A_HEADER.search(self.subject):
            raise ValueError("the subject holds a control character")

    def __repr__(self) -> str:
        # Letters pass through tracebacks and logs: whom they are for and what they say does not.
        return "Letter(...)"


class NotDelivered(Exception):
    """The letter was not taken, or nobody knows whether it was.

    `permanent` means that the same letter will fare no better later; everything else is worth another try under the
    same message id. The text never holds an address or what the other side said.
    """

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Post(Protocol):
    """A way of sending letters."""

    async def send(self, letter: Letter, message_id: str) -> None:
        """Send one letter, within a time that the post limits.

        `message_id` is an opaque id (1 to 200 letters, digits, `-`, `_`), the same at every try of the same letter, by
        which a second copy can be recognised. Raises NotDelivered, and ValueError for a message id of another shape.
        """
        ...


def checked_message_id(message_id: str) -> str:
    """The id itself, if it can stand in a header. Raises ValueError otherwise."""
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("a message id is 1 to 200 letters, digits, hyphens and underscores")
    return message_id
