"""What the public pages say of the council beside its name and numbers, and in which colours."""

from typing import Annotated

import msgspec

from portal.council.keys import Colour, Mailbox, Text, WebAddress, key

EXIT = "https://www.bbc.co.uk/weather"  # as GOV.UK's component
LEAST_CONTRAST = 4.5  # of white text on the council's colour (WCAG 2.2, 1.4.3)


class Pages(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the public pages say of the council beside its name and numbers, and in which colours."""

    help_email: Annotated[Mailbox, key("Where people write who are stuck with the portal itself.")]
    post: Annotated[Text, key("The address for letters, on one line.")]
    website: Annotated[WebAddress, key("The council's own website.")]
    support_url: Annotated[WebAddress, key("Where families find help that needs no referral.")]
    data_protection_email: Annotated[Mailbox, key("Where people write about what is held on them.")]
    exit_url: Annotated[WebAddress, key("Where “Exit this page” leads: a page that tells nobody anything.")] = EXIT
    colour: Annotated[Colour, key("Of the bar at the top, dark enough for white text.")] = "#00524c"
    background: Annotated[Colour, key("Of the bar's neighbours, light.")] = "#eef5f3"

    def __post_init__(self) -> None:
        if (contrast := 1.05 / (_luminance(self.colour) + 0.05)) < LEAST_CONTRAST:
            raise ValueError(f"white text on {self.colour} has a contrast of {contrast:.1f}: take a darker colour")


def _luminance(colour: str) -> float:
    """How bright a colour is, from 0 to 1 (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
