"""The page in a browser: it loads nothing, complains of nothing, sorts and filters."""

import json
import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256

import pytest

from skhpo.reports._assets import SCRIPT
from tests.reports._hostile import EVIL

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)

pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")

# what a user does, and what is seen then
PROBE = """
;(function () {
  const board = document.getElementById('board'), rows = () => [...board.tBodies[0].rows];
  const heads = [...board.tHead.rows[0].cells].map(h => h.textContent);
  const column = name => rows().map(r => r.cells[heads.indexOf(name)].textContent);
  const click = name => board.tHead.rows[0].cells[heads.indexOf(name)].firstChild.click();
  const seen = { heads: heads, hacked: window.hacked === undefined ? 'no' : 'yes' };
  click('candidate'); seen.up = column('candidate');
  click('candidate'); seen.down = column('candidate');
  click('text'); seen.texts = column('text');
  document.getElementById('status').value = 'failed';
  document.getElementById('status').dispatchEvent(new Event('change'));
  seen.failed = rows().filter(r => !r.hidden).length;
  document.getElementById('status').value = '';
  document.getElementById('filter').value = 'ONERROR';
  document.getElementById('filter').dispatchEvent(new Event('input'));
  seen.filtered = rows().filter(r => !r.hidden).length;
  seen.requests = performance.getEntriesByType('resource').map(e => e.name);
  seen.width = document.documentElement.scrollWidth;
  document.title = JSON.stringify(seen);
})();
"""


def in_browser(page, folder, width):
    """Open a page with the probe at the end of its script, and return what it saw."""
    probed = SCRIPT + PROBE
    digests = [b64encode(sha256(code.encode()).digest()).decode() for code in (SCRIPT, probed)]
    assert digests[0] in page
    path = folder / "probed.html"
    path.write_text(page.replace(digests[0], digests[1]).replace(SCRIPT, probed), encoding="utf-8")
    done = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},900", "--enable-logging=stderr", "--dump-dom", path.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.S)[1]
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        title = title.replace(escaped, character)
    return json.loads(title), [line for line in done.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.slow
def test_the_page_works_in_a_browser(hostile, tmp_path):
    search, path = hostile
    page = path.read_text(encoding="utf-8")
    seen, console = in_browser(page, tmp_path, 1400)
    results = search.cv_results_
    assert console == []
    assert seen["requests"] == []
    assert seen["hacked"] == "no"
    assert seen["heads"][2] == EVIL
    n = len(results["params"])
    assert seen["up"] == [str(i) for i in range(n)]
    assert seen["down"] == [str(i) for i in reversed(range(n))]
    assert len({*seen["texts"]}) == len({p["text"] for p in results["params"]})
    assert [*seen["texts"]] == sorted(
        seen["texts"], key=seen["texts"].index
    )  # equal ones together
    assert seen["failed"] == (results["status"] == "failed").sum()
    assert seen["filtered"] == sum("onerror" in p["text"] for p in results["params"])


@pytest.mark.slow
def test_the_page_fits_a_telephone(hostile, tmp_path):
    page = hostile[1].read_text(encoding="utf-8")
    seen, console = in_browser(page, tmp_path, 500)  # the narrowest window of headless Chromium
    assert console == []
    assert seen["width"] <= 500
