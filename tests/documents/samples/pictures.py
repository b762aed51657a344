"""JPEG, PNG, HEIC and GIF."""

import base64
import io
import struct
import zlib

from PIL import Image

from tests.documents.samples.packages import archive
from tests.documents.samples.packing import packed

PNG_START = b"\x89PNG\r\n\x1a\n"
# 64 x 64 pixels of grey, made by heif-enc: no library that we may use writes HEIC.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAUJtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRt"
    "AAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAFmAAEAAAAAAAAAGQAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAwmlw"
    "cnAAAACkaXBjbwAAAHhodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AA"
    "AAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAEAAAABAAAAAEHBpeGkAAAAA"
    "AwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAoMAAAAhbWRhdAAAABUoAa8EGPwkIGeOmlkxgIaIlNN9ecA="
)


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """Something to see."""
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


def jpeg(**options: object) -> bytes:
    """A photo, with the camera and the place in it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Severn Cameras", 6
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    picture().save(written, "JPEG", **{"exif": exif, **options})
    return written.getvalue()


def png() -> bytes:
    """A screenshot."""
    written = io.BytesIO()
    picture().save(written, "PNG")
    return written.getvalue()


def png_with_a_note(note: bytes) -> bytes:
    """With words behind its header."""
    return png()[:33] + chunk(b"tEXt", b"Comment\0" + note) + png()[33:]


def gif() -> bytes:
    """A format that is not listed."""
    written = io.BytesIO()
    picture().save(written, "GIF")
    return written.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(width: int, height: int, data: bytes, scattered: int = 0) -> bytes:
    """A PNG whose header says what we want."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, scattered)
    return PNG_START + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def huge_png() -> bytes:
    """30,000 x 30,000 pixels of nothing, in less than a megabyte."""
    return png_of(30_000, 30_000, packed(bytes(30_001 * 1_000), 30))


def huge_jpeg() -> bytes:
    """A small photo whose header says 30,000 x 30,000."""
    content = jpeg()
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", 30_000, 30_000) + content[at + 4 :]


def interlaced_png() -> bytes:
    """8 x 8 pixels in seven passes: 1, 1, 2, 2 x 2, 4 x 2, 4 x 4 and 8 x 4 of them, each row with a byte before it."""
    return png_of(8, 8, zlib.compress(bytes(2 + 2 + 3 + 6 + 10 + 20 + 36)), 1)


def png_that_lies() -> bytes:
    """The header promises more rows than there are."""
    return png_of(100, 100, zlib.compress(bytes(101) * 10))


def png_with_a_bad_checksum() -> bytes:
    """One bit is wrong."""
    content = png()
    return content[:-20] + bytes([content[-20] ^ 1]) + content[-19:]


def animated_png() -> bytes:
    """Two pictures, one after the other."""
    written = io.BytesIO()
    picture().save(written, "PNG", save_all=True, append_images=[picture().rotate(90)])
    return written.getvalue()


def png_with_a_text_bomb() -> bytes:
    """A note that unpacks to 100 MB."""
    note = chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(100_000_000), 9))
    return png()[:33] + note + png()[33:]


def with_further_pictures() -> bytes:
    """As telephones save them: a second JPEG behind the first, and padding."""
    return jpeg() + bytes(32) + jpeg()


def with_samsungs_notes() -> bytes:
    """As Samsung's telephones save them."""
    note = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1764000000000"
    directory = b"SEFH" + struct.pack("<II", 107, 1) + struct.pack("<HHII", 0, 0x0A01, len(note), len(note))
    return jpeg() + note + directory + struct.pack("<I", len(directory)) + b"SEFT"


def with_a_video() -> bytes:
    """A photo that moves: a video behind the JPEG."""
    return jpeg() + struct.pack(">I4s4sI", 16, b"ftyp", b"mp42", 0) + struct.pack(">I4s", 4096, b"mdat") + bytes(4088)


def jpeg_and_zip() -> bytes:
    """Opens as a picture and as a ZIP."""
    return jpeg() + archive({"evil.exe": b"MZ"})


def jpeg_around_zip() -> bytes:
    """The same, with the ZIP in a comment."""
    return jpeg(comment=archive({"evil.exe": b"MZ"}))


def gif_and_jpeg() -> bytes:
    """Begins as a GIF."""
    return b"GIF89a" + jpeg()


def gif_and_zip() -> bytes:
    """Opens as a GIF and as a ZIP."""
    return gif() + archive({"evil.exe": b"MZ"})


def jpeg_with_a_page() -> bytes:
    """A web page in the comment."""
    return jpeg(comment=b"<html><script>alert(1)</script></html>")


def heic_with_a_stranger() -> bytes:
    """A box behind the picture that no picture has."""
    return HEIC + struct.pack(">I4s", 16, b"evil") + bytes(8)
