"""What keys of the council's file are made of: the sentence that explains one, and shapes that several share."""

from typing import Annotated, Any

from msgspec import Meta


def key(sentence: str, **rules: Any) -> Meta:
    """A key: what it is for, in a sentence, and msgspec's rules for its value."""
    return Meta(description=sentence, **rules)


Days = Annotated[int, Meta(ge=1, le=365)]
Text = Annotated[str, Meta(pattern=r"\S")]
Phone = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()-]*$")]
Mailbox = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$")]
Domain = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
WebAddress = Annotated[str, Meta(pattern=r"^https://[^\s\"<>]+$")]
Colour = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")]
FROM_TO = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
"""Hours of a day, like 08:45-17:15."""

SHAPES: dict[str, str] = {
    r"\S": "text",
    r"^\+?[0-9][0-9 ()-]*$": "phone number",
    r"^[^@\s]+@[^@\s]+$": "e-mail address",
    r"^[a-z0-9-]+(\.[a-z0-9-]+)+$": "domain, like nhs.uk",
    r"^https://[^\s\"<>]+$": "web address, like https://www.severnshire.example",
    r"^#[0-9a-f]{6}$": "colour, like #00524c",
    r"^[1-9][0-9]{0,3}$": "local custodian code, like 1850",
    r"^[A-Z]{1,2}([0-9][0-9A-Z]?( [0-9])?)?$": "postcode area, district or sector, like WR, WR10 or WR10 2",
    r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$": "hours, like 08:45-17:15",
}
"""Pattern to what people call it: an error names the shape, never the pattern."""
