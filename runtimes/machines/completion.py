"""Fills Jedi's cache for an image: `PYTHON completion.py BUILT SEEN`, run by the image's own Python.

The first completion of a kernel has Jedi parse what is known of the built-ins and the libraries, which takes seconds.
Its parser keeps what it has parsed in a file for each module, which it finds by the module's path: BUILT, where the
image is made, becomes SEEN, where boxes have it.
"""

import os
import sys
from pathlib import Path

import jedi
import parso.cache
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

NEVER = 2**32  # seconds since 1970: parso need not look for files that nobody has read for a month
SETUP = "import os, re, json, numpy as np, pandas as pd, matplotlib.pyplot as plt; frame = pd.DataFrame({'n': [1]})"
TYPED = (
    *("pri", "os.pa", "re.com", "json.", "np.", "pd.", "plt.", "frame.", "frame.n.", "'text'.", "[1].", "{1: 2}."),
    *("np.array([1]).", "pd.read_csv('f').", "open('f').", "import nump", "from collections import Coun"),
    "def double(text: str):\n    text.",
    # Not run yet, as in the first cell of most notebooks.
    "import numpy as np\nnp.lin",
    "import numpy as np\nx = np.arange(3)\nx.",
    "import pandas as pd\npd.Da",
    "import pandas as pd\nframe = pd.read_csv('f')\nframe.",
    "import matplotlib.pyplot as plt\nplt.pl",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.",
)


def main(built: str, seen: str) -> None:
    named = parso.cache._get_hashed_path

    def named_as_seen(grammar: str, path: object, cache_path: Path | None = None) -> str:
        return str(named(grammar, str(path).replace(built, seen), cache_path))

    parso.cache._get_hashed_path = named_as_seen
    os.environ.pop("VIRTUAL_ENV", None)  # of whoever builds; IPython would look for packages there
    shell = InteractiveShell.instance()
    # Before the libraries are there, and with them: Jedi asks the living object where there is one.
    for setup in ("", SETUP):
        shell.run_cell(setup)
        for text in TYPED:
            with provisionalcompleter():
                list(shell.Completer.completions(text, len(text)))
    os.utime(parso.cache._get_cache_clear_lock_path(Path(jedi.settings.cache_directory)), (NEVER, NEVER))


if __name__ == "__main__":
    main(*sys.argv[1:])
