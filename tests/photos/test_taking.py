"""What a phone sends, and what nobody should."""

from io import BytesIO

import pytest
from PIL import Image
from pillow_heif import from_pillow

from volunteer_app.errors import BadInput
from volunteer_app.photos import taking
from volunteer_app.photos.taking import take

ORIENTATION, GPS, MODEL = 0x0112, 0x8825, 0x0110


def picture(width: int = 40, height: int = 20, *, left: str = "red", right: str = "blue") -> Image.Image:
    """Two halves, so that one sees how it was turned."""
    image = Image.new("RGB", (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    return image


def camera(**tags: int) -> Image.Exif:
    """What a phone writes into a picture: where it was taken, and with which one."""
    exif = Image.Exif()
    exif[MODEL] = "Phone 12"
    exif.get_ifd(GPS)[1] = "N"
    exif[GPS] = {1: "N", 2: (39.0, 54.0, 20.0)}
    if tags:
        exif[ORIENTATION] = tags["orientation"]
    return exif


def written(image: Image.Image, file_format: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def read(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_what_phones_send_becomes_jpeg(file_format):
    taken = take(written(picture(), file_format, exif=camera()))
    for data in (taken.large, taken.small):
        image = read(data)
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (40, 20), {})
        assert b"Phone 12" not in data
    assert (taken.width, taken.height) == (40, 20)


def test_an_iphones_picture():
    heic = BytesIO()
    from_pillow(picture(64, 32)).save(heic, exif=camera().tobytes())
    taken = take(heic.getvalue())
    assert read(taken.large).size == (64, 32)
    assert b"Phone 12" in heic.getvalue()
    assert b"Phone 12" not in taken.large


def test_it_is_turned_upright():
    turned = read(take(written(picture(), "JPEG", exif=camera(orientation=6), quality=100)).large)
    assert turned.size == (20, 40)
    top, bottom = turned.getpixel((10, 5)), turned.getpixel((10, 35))
    assert (top[0] > 200, top[2] < 60, bottom[0] < 60, bottom[2] > 200) == (True, True, True, True)


def test_twelve_megapixels_become_two_small_files():
    taken = take(written(picture(4000, 3000), "JPEG"))
    assert (taken.width, taken.height) == read(taken.large).size == (1600, 1200)
    assert read(taken.small).size == (320, 240)
    assert len(taken.small) < 10_000


def test_what_is_transparent_becomes_white():
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert read(take(written(image, "PNG")).large).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\0" * 99,
    ],
)
def test_what_only_pretends_is_refused(data):
    with pytest.raises(BadInput, match="isn't a picture"):
        take(data)


def test_a_gif_and_a_tiff_are_refused():
    for file_format in ("GIF", "TIFF", "BMP"):
        with pytest.raises(BadInput, match="isn't a picture"):
            take(written(picture(), file_format))


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_cut_off_is_refused(file_format):
    whole = written(picture(400, 300), file_format)
    with pytest.raises(BadInput, match=r"damaged|isn't a picture"):
        take(whole[: len(whole) // 2])


@pytest.mark.parametrize("edge", [8_000, 20_000])
def test_a_picture_bomb_is_refused_before_it_is_unpacked(monkeypatch, edge):
    bomb = written(Image.new("1", (edge, edge)), "PNG")
    assert len(bomb) < 100_000
    monkeypatch.setattr(Image.Image, "convert", None)
    with pytest.raises(BadInput, match="too many pixels"):
        take(bomb)


def test_a_large_file_is_refused(monkeypatch):
    monkeypatch.setattr(taking, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="more than 0 MB"):
        take(b"x" * 101)
