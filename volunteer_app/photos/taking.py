"""Taking a picture in: whatever a phone sends becomes two JPEGs with nothing in them but pixels."""

import hashlib
import secrets
import warnings
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from ..errors import N_, BadInput

# iPhones send HEIC.
register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""More than any phone's camera gives away by default; each costs four bytes when it's unpacked."""
LARGE, SMALL = 1600, 320
"""The longest edge of each file, in pixels."""
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that came in."""

    large: bytes
    small: bytes
    width: int
    """Pixels of the large one."""
    height: int
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    """Sixteen hexadecimal digits, the same for what is sent twice and for nothing else."""


def take(data: bytes, *, nonce: str = "") -> Taken:
    """Check a picture and write it anew: upright, at most LARGE pixels long, without place, time or camera.

    Args:
        nonce: the random mark of the form that sent it. The same picture of the same form was sent twice by mistake;
            without it, each sending stands for itself.

    Raises:
        BadInput: it's no picture of a kind that phones send, it's cut off, or it's too large.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(N_("The picture has more than %(most)d MB: send a smaller one."), most=MOST_BYTES // 1024**2)
    try:
        with warnings.catch_warnings():
            # The library only warns of a picture bomb; the pixels are counted here, before any is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            # A JPEG is unpacked at a fraction of its size where that is still large enough.
            image.draft("RGB", (LARGE, LARGE))
            large = _plain(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise BadInput(N_("The picture has too many pixels: send a smaller one.")) from error
    except UnidentifiedImageError as error:
        raise BadInput(N_("This isn't a picture: send a photo as JPEG, PNG, WebP or HEIC.")) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise BadInput(N_("The picture is damaged or cut off: send it again.")) from error
    large.thumbnail((LARGE, LARGE))
    small = large.copy()
    small.thumbnail((SMALL, SMALL))
    width, height = large.size
    mark = hashlib.sha256((nonce or secrets.token_hex(16)).encode() + data).hexdigest()[:16]
    return Taken(_jpeg(large), _jpeg(small), width, height, mark)


def _plain(image: Image.Image) -> Image.Image:
    """Its pixels alone; what is transparent becomes white, as on paper."""
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        paper = Image.new("RGBA", layers.size, "white")
        paper.alpha_composite(layers)
        image = paper
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def _jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()
