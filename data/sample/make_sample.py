"""Write the sample engagement of the fictional Nordvik Industri AB, the same bytes every time.

    python data/sample/make_sample.py [FOLDER]

Without FOLDER the files go beside this script.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generator import build  # noqa: E402


def main(folder: Path) -> None:
    """Build all tables and their truth, and write them."""
    size = sum(path.stat().st_size for path in build.engagement(folder))
    print(f"Sample engagement written to {folder} ({size / 1e6:.1f} MB).")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
