"""Draws the photo on standard input anew: ``python -m apps.artifacts.domain.redraw FOLDER`` leaves ``photo.jpg`` there.

Ends with 3 when the photo has too many dots, otherwise with another status than 0 when it is no photo. ``apps.journal.confined`` keeps it in bounds.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("JPEG", "PNG", "WEBP")
MOST_DOTS = 60_000_000
"""Of a photo as sent; today's phones make up to 50 million."""
LONGEST_SIDE = 2048
QUALITY = 85
UNREADABLE, TOO_LARGE = 2, 3


def main(folder: Path) -> int:
    """Draw it; return the exit status."""
    Image.MAX_IMAGE_PIXELS = MOST_DOTS
    try:
        with Image.open("/dev/fd/0", formats=KINDS) as photo:
            if photo.width * photo.height > MOST_DOTS:
                return TOO_LARGE
            photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(photo).convert("RGB")
    except Image.DecompressionBombError:
        return TOO_LARGE
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return UNREADABLE
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    image = Image.new("RGB", upright.size)
    image.paste(upright)
    image.save(folder / "photo.jpg", "JPEG", quality=QUALITY, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
