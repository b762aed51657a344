"""A picture made anew from its pixels alone: upright, in the colours it was taken in, without place, time or camera."""

import io
from typing import Final

from PIL import Image, ImageCms, ImageOps

LONGEST_SIDE: Final = 1600  # pixels
_QUALITY: Final = 88
_SRGB: Final = ImageCms.createProfile("sRGB")
Image.preinit()  # its plugins are files too, and none can be opened later


def shown(image: Image.Image) -> bytes:
    """A JPEG of it."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at half its size or less
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = _on_white(_in_plain_colours(upright, profile))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=_QUALITY, subsampling=0, exif=b"", comment=b"", icc_profile=None)
    return written.getvalue()


def _in_plain_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB: a bruise must not look paler because the phone's own colours are wider."""
    if not profile or image.mode not in ("RGB", "L", "CMYK"):
        return image
    try:
        changed = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image  # a broken profile
    return changed or image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "I;16":  # 16 bits of grey, which would be cut off instead of scaled
        image = image.point(lambda value: value / 256, "L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    white = Image.new("RGB", seen.size, "white")
    white.paste(seen, mask=seen.getchannel("A"))
    return white
