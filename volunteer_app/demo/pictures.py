"""Drawn pictures of courtyards, for the demo's entries: a house, what grows before it, and a place to sit.

Photos of real homes would show somebody's; a drawing shows nobody's, and comes out the same for the same day.
"""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageOps

SIZE = WIDTH, HEIGHT = 1200, 900
FINER = 2
"""Drawn so many times larger, then made smaller: no edge is jagged."""
GROUND = 620
"""Where the house stands, in pixels from the top."""
SKIES = (("#a9cbe0", "#f2ece0"), ("#8fb9d8", "#eaf1f2"), ("#c4cfd6", "#f6e6d3"))
WALLS = ("#d9c2a3", "#c98f72", "#d5cdbd", "#b9a68c", "#cfb28c")
GREENS = ("#4f7a4a", "#6b955a", "#3f6a48", "#86a663")
FLOWERS = ("#c8452f", "#e3a13a", "#d9739a", "#f1e7d6", "#8d6bb0")
WOOD, STONE, PATH, GLASS, FRAME, DOOR = "#7a5738", "#a8a399", "#cfc6b6", "#5f7f92", "#f0eadf", "#6d4630"


def courtyard(scene: str, rng: Random) -> bytes:
    """A courtyard as JPEG.

    Args:
        scene: what grows before the house, one of SCENES.
    """
    image = _sky(rng)
    draw = ImageDraw.Draw(image)
    _house(draw, rng)
    _grounds(draw, rng)
    for x in rng.sample((90, 250, 980, 1110), 2):
        _tree(draw, x, rng)
    SCENES[scene](draw, rng)
    file = BytesIO()
    image.resize(SIZE, Image.Resampling.BOX).save(file, "JPEG", quality=88)
    return file.getvalue()


def _sky(rng: Random) -> Image.Image:
    top, bottom = rng.choice(SKIES)
    shades = Image.linear_gradient("L").resize((WIDTH * FINER, HEIGHT * FINER))
    return ImageOps.colorize(shades, top, bottom)


def _box(draw: ImageDraw.ImageDraw, x: float, y: float, width: float, height: float, fill: str, round: int = 0) -> None:
    corners = [x * FINER, y * FINER, (x + width) * FINER, (y + height) * FINER]
    draw.rounded_rectangle(corners, round * FINER, fill=fill)


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: str) -> None:
    draw.circle((x * FINER, y * FINER), radius * FINER, fill=fill)


def _house(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    """A house of five floors, a paler one behind it; on some sills something blooms."""
    wall, left = rng.choice(WALLS), rng.randint(240, 330)
    _box(draw, left - 200, 190, 300, GROUND - 190, "#c9cfcf")
    _box(draw, left, 90, 640, GROUND - 90, wall)
    _box(draw, left - 12, 76, 664, 20, "#8a6a56")
    for floor in range(5):
        for column in range(6):
            x, y = left + 36 + column * 98, 124 + floor * 98
            if floor == 4 and column in (2, 3):
                continue
            _box(draw, x, y, 62, 62, FRAME, 3)
            _box(draw, x + 6, y + 6, 23, 50, GLASS)
            _box(draw, x + 33, y + 6, 23, 50, GLASS)
            if rng.random() < 0.4:
                _box(draw, x - 2, y + 60, 66, 8, WOOD, 2)
                for step in range(6):
                    _disc(draw, x + 6 + step * 10, y + 57, 6, rng.choice((*FLOWERS, *GREENS)))
    _box(draw, left + 232, 506, 170, 16, "#8a6a56", 4)
    _box(draw, left + 256, 522, 122, GROUND - 522, FRAME)
    _box(draw, left + 263, 529, 52, GROUND - 529, DOOR)
    _box(draw, left + 319, 529, 52, GROUND - 529, DOOR)


def _grounds(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    _box(draw, 0, GROUND, WIDTH, HEIGHT - GROUND, rng.choice(("#93a976", "#a3b183", "#8aa272")))
    corners = [(500, GROUND), (690, GROUND), (860, HEIGHT), (330, HEIGHT)]
    draw.polygon([(x * FINER, y * FINER) for x, y in corners], fill=PATH)


def _tree(draw: ImageDraw.ImageDraw, x: int, rng: Random) -> None:
    _box(draw, x - 9, 450, 18, 200, WOOD, 5)
    for green in GREENS[:3]:
        for _ in range(5):
            _disc(draw, x + rng.randint(-62, 62), rng.randint(330, 480), rng.randint(34, 58), green)


def _plants(draw: ImageDraw.ImageDraw, left: int, right: int, y: int, rng: Random) -> None:
    """A row of green with flowers in it."""
    for x in range(left, right, 14):
        _disc(draw, x, y + rng.randint(-6, 6), rng.randint(14, 20), rng.choice(GREENS))
    for x in range(left, right, 11):
        _disc(draw, x, y + rng.randint(-18, 8), rng.randint(5, 9), rng.choice(FLOWERS))


def _bed(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for left, right in ((40, 400), (800, 1170)):
        _plants(draw, left, right, 756, rng)
        _box(draw, left - 20, 770, right - left + 40, 26, STONE, 6)
    _box(draw, 470, 742, 260, 12, WOOD, 3)
    _box(draw, 470, 708, 260, 12, WOOD, 3)
    for x in (490, 694):
        _box(draw, x, 700, 12, 96, "#54402f")


def _arbour(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for x in (330, 870):
        _box(draw, x, 520, 14, 270, WOOD)
    _box(draw, 300, 510, 616, 16, WOOD)
    for x in range(310, 910, 12):
        _disc(draw, x, 508 + rng.randint(-14, 18), rng.randint(14, 24), rng.choice(GREENS))
    for _ in range(12):
        x, y = rng.randint(330, 890), rng.randint(536, 560)
        for row, wide in enumerate((3, 2, 1)):
            for step in range(wide):
                _disc(draw, x + (step - wide / 2) * 11, y + row * 10, 6, "#5b4470")
    _box(draw, 520, 720, 170, 16, STONE, 6)
    _box(draw, 592, 736, 26, 70, STONE)
    for x in (450, 712):
        _box(draw, x, 752, 56, 54, STONE, 8)


def _pots(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for x in (*range(110, 440, 96), *range(770, 1120, 96)):
        height = rng.randint(50, 84)
        _plants(draw, x - 6, x + 62, 800 - height, rng)
        _box(draw, x, 800 - height + 6, 56, height, rng.choice(("#b4653f", "#9c5535", "#c07a4f")), 8)


SCENES = {"bed": _bed, "arbour": _arbour, "pots": _pots}
"""A flower bed and a bench; vines over a table; pots on both sides of the way."""
