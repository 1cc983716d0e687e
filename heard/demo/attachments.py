"""Files for the letters: a landscape that passes for a photograph, an invoice, a list. The same seed gives the same bytes."""

import random
import struct
import zlib
from functools import lru_cache

PICTURES = 60
SKIES = ((176, 198, 216), (214, 196, 178), (150, 166, 178), (196, 214, 224), (226, 206, 190))
HILLS = ((86, 104, 92), (110, 98, 78), (72, 84, 98), (122, 116, 90), (64, 88, 70))


def photograph(seed: int) -> bytes:
    """One of sixty pictures: mails with the same one still differ, and painting hundreds would be most of the work."""
    return _picture(seed % PICTURES)


@lru_cache(maxsize=PICTURES)
def _picture(seed: int, width: int = 200, height: int = 150) -> bytes:
    """A PNG of hills under a sky, a few kilobytes, different for every seed.

    Whole rows are painted at once: for each row every column gets a number that says which ridges it lies behind, and three tables turn the
    numbers into colours. Pixel by pixel it would cost ten times as much.
    """
    rng = random.Random(seed)
    sky, hill = rng.choice(SKIES), rng.choice(HILLS)
    ridges = [_ridge(rng, width, height * (0.35 + 0.2 * layer), height * 0.14) for layer in range(3)]
    shades = [[max(0, min(255, channel + 34 - 30 * layer)) for channel in hill] for layer in range(3)]
    rows = []
    for y in range(height):
        behind = 0
        for layer, ridge in enumerate(ridges):
            behind |= int.from_bytes(ridge.translate(_below(y, 1 << layer)), "big")
        numbers = behind.to_bytes(width, "big")
        row = bytearray(3 * width)
        for channel in range(3):
            light = min(255, sky[channel] + 24 * y // height)
            colours = bytes((light, *(shades[number.bit_length() - 1][channel] for number in range(1, 8))))
            row[channel::3] = numbers.translate(colours + bytes(248))
        rows.append(_grain(row, rng.randrange(256)))
    return _png(width, height, b"".join(_filtered_up(rows)))


@lru_cache(maxsize=1024)
def _below(y: int, mark: int) -> bytes:
    """A table that marks every height above the row `y`."""
    return bytes(mark if top < y else 0 for top in range(256))


def _ridge(rng: random.Random, width: int, level: float, swing: float) -> bytes:
    """The height of the ridge in each column, as one byte: rows count from the top."""
    step = width // 8
    points = [level + rng.uniform(-swing, swing) for _ in range(width // step + 2)]
    line = []
    for x in range(width):
        left, part = divmod(x, step)
        line.append(points[left] + (points[left + 1] - points[left]) * part / step)
    return bytes(max(0, min(255, int(top))) for top in line)


def _grain(row: bytearray, noise: int) -> bytes:
    """A little unevenness every few pixels, as a sensor has it."""
    for place in range(noise % 17, len(row), 53):
        row[place] = (row[place] + noise % 23) & 255
    return bytes(row)


def _filtered_up(rows: list[bytes]) -> list[bytes]:
    """PNG's second filter: each byte less the one above, so that plain sky costs nothing."""
    done = []
    above = bytes(len(rows[0]))
    size = len(above)
    for row in rows:
        this = row
        # One big number instead of a loop over bytes: subtract without borrowing between them.
        low = int.from_bytes(b"\x80" * size, "big")
        a, b = int.from_bytes(this, "big"), int.from_bytes(above, "big")
        difference = ((a | low) - (b & ~low)) ^ ((a ^ ~b) & low)
        done.append(b"\x02" + (difference & ((1 << (8 * size)) - 1)).to_bytes(size, "big"))
        above = this
    return done


def _png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data, 6)) + chunk(b"IEND", b"")


def pdf(lines: tuple[str, ...]) -> bytes:
    """A one-page PDF with these lines in Helvetica; characters outside Latin-1 become question marks."""
    words = ["BT", "/F1 11 Tf", "14 TL", "60 780 Td"]
    for line in lines:
        safe = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        words.append(f"({safe}) Tj T*")
    words.append("ET")
    content = "\n".join(words).encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def table(rows: tuple[tuple[str, ...], ...]) -> bytes:
    """Rows as CSV, UTF-8."""
    return "".join(",".join(cell.replace(",", " ") for cell in row) + "\r\n" for row in rows).encode()
