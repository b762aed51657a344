"""What is wrong with a file, in GOV.UK's words, and another way to send it."""

from typing import Final

from portal.documents.checking.kinds import FORMATS, Kind, Why
from portal.documents.checking.limits import CheckLimits, labels, size

_SAID: Final = {
    Why.NOT_LISTED: "The selected file must be a {labels}",
    Why.NAME: "The name of the selected file is too long or has characters that cannot be shown",
    Why.DISAGREES: "The selected file is not what the end of its name says",
    Why.EMPTY: "The selected file is empty",
    Why.TOO_LARGE: "The selected file must be smaller than {size}",
    Why.DAMAGED: "The selected file is damaged or not complete",
    Why.ENCRYPTED: "The selected file is password protected",
    Why.MACROS: "The selected file has macros",
    Why.ACTIVE_CONTENT: "The selected file has scripts, forms or media that can act by themselves",
    Why.EMBEDDED: "The selected file has other files inside it",
    Why.EXTERNAL: "The selected file would load something from elsewhere when it is opened",
    Why.HIDDEN: "The selected file has something else hidden in it",
    Why.TOO_MANY_PIXELS: "The selected picture must have fewer than {megapixels} million pixels",
    Why.BOMB: "The selected file is too large when it is unpacked",
    Why.TOO_COMPLEX: "The selected file has too many pages or parts for us to check",
}
_REMEDIES: Final = {
    Why.NAME: "Rename the file and select it again",
    Why.EMPTY: "",
    Why.TOO_LARGE: "Save a smaller copy, or split it into several files",
    Why.TOO_MANY_PIXELS: "Save a smaller copy and select that",
    Why.TOO_COMPLEX: "Split it into several files and select those",
}
_PICTURES: Final = frozenset({Kind.JPEG, Kind.PNG, Kind.HEIC})
_SCREENSHOT: Final = "Take a screenshot of the picture and select that"
_TEXT: Final = "Copy the text into a new document, save it as {labels} and select that"

_WORDS: Final = ("doc", "docm", "dot", "dotx", "dotm", "odt", "ott", "rtf", "pages", "wps", "wpd", "pub", "one")
_SHEETS: Final = ("xls", "xlsm", "xlsb", "xlt", "xltx", "xltm", "ods", "csv", "numbers")
_PRINTED: Final = ("ppt", "pptx", "pptm", "pps", "ppsx", "odp", "html", "htm", "mht", "mhtml", "svg", "xml", "xps")
_IMAGES: Final = ("gif", "bmp", "tif", "tiff", "webp", "avif", "heic", "heif", "jfif", "dng")
_LETTERS: Final = ("msg", "eml", "oft", "emlx", "mbox", "pst")
_ARCHIVES: Final = ("zip", "7z", "rar", "tar", "gz", "iso")
_RECORDINGS: Final = ("mp4", "mov", "avi", "wmv", "mkv", "3gp", "mp3", "m4a", "wav", "amr", "aac", "ogg")
# By extension: which of the accepted formats to save it as, and the words for it.
_SAVE: Final = "Open it, save a copy as {labels} and select that"
_OTHER_WAYS: Final[dict[str, tuple[tuple[Kind, ...], str]]] = {
    **dict.fromkeys(_WORDS, ((Kind.PDF, Kind.DOCX), _SAVE)),
    **dict.fromkeys(_SHEETS, ((Kind.PDF, Kind.XLSX), _SAVE)),
    **dict.fromkeys(_PRINTED, ((Kind.PDF,), "Open it, print it to {labels} and select that")),
    **dict.fromkeys(_IMAGES, ((Kind.JPEG, Kind.PNG, Kind.PDF), _SAVE)),
    **dict.fromkeys(
        _LETTERS, ((Kind.PDF,), "Open the email, print it to {labels} and select that and its attachments")
    ),
    **dict.fromkeys(_ARCHIVES, (tuple(Kind), "Unpack it and select the files in it one by one")),
    **dict.fromkeys(
        _RECORDINGS, (tuple(Kind), "Say in the form that you have a recording, and we will ask you for it")
    ),
}


def says(why: Why, limits: CheckLimits, extension: str) -> str:
    """For the person who chose the file. `extension`: what its name ends in, in small letters, without the dot."""
    said = _SAID[why].format(
        labels=labels(limits.kinds), size=size(limits.largest), megapixels=limits.bounds.pixels // 1_000_000
    )
    remedy = _other_way(limits, extension) if why is Why.NOT_LISTED else _REMEDIES.get(why, _anew(limits, extension))
    return f"{said}. {remedy}" if remedy else said


def _other_way(limits: CheckLimits, extension: str) -> str:
    kinds, words = _OTHER_WAYS.get(extension, ((), ""))
    possible = limits.kinds.intersection(kinds)
    return words.format(labels=labels(possible)) if possible else ""


def _anew(limits: CheckLimits, extension: str) -> str:
    """How to make a sound file of one that is not."""
    kind = next((kind for kind in Kind if extension in FORMATS[kind].extensions), None)
    if kind in _PICTURES:
        return _SCREENSHOT
    if kind is Kind.TXT:
        return _TEXT.format(labels=labels(limits.kinds))
    if Kind.PDF in limits.kinds:
        return "Open it, print it to PDF and select that"
    return _SAVE.format(labels=labels(limits.kinds))
