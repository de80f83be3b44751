"""How a report looks, and what sorts its table: no data are put into either."""

STYLE = """
:root { color-scheme: light; --line: #d8dee4; --soft: #f4f6f8; --blue: #0b5c96; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 1320px; color: #1c2329; background: #fff;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .6rem; padding-top: .8rem;
  border-top: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: .2rem .9rem; }
nav a, p a { color: var(--blue); }
.hint { color: #57606a; font-size: .9em; }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin: 1rem 0; }
.tiles div { background: var(--soft); border-radius: 6px; padding: .55rem .9rem; }
.tiles span { display: block; color: #57606a; font-size: .82rem; }
.tiles strong { font-size: 1.15rem; font-weight: 600; }
.scroll { overflow: auto; max-height: 75vh; }
#rows { content-visibility: auto; contain-intrinsic-size: auto 75vh; }
table { border-collapse: collapse; font-size: .88rem; }
th, td { text-align: left; padding: .22rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td { overflow-wrap: anywhere; }
th { overflow-wrap: break-word; }
#board { white-space: nowrap; }
#board th { position: sticky; top: 0; background: var(--soft); padding: 0; }
#board th[data-kind=number] button, #board td[data-v] { text-align: right; }
#board tbody tr:hover { background: var(--soft); }
#board button { font: inherit; font-weight: 600; border: 0; background: none; cursor: pointer;
  padding: .3rem .6rem; width: 100%; text-align: left; }
#board th[aria-sort=ascending] button::after { content: " \\25B2"; }
#board th[aria-sort=descending] button::after { content: " \\25BC"; }
input, select { font: inherit; padding: .2rem .4rem; max-width: 100%; }
pre { background: var(--soft); padding: .7rem; overflow: auto; max-height: 28rem;
  font-size: .82rem; border-radius: 6px; }
code { overflow-wrap: anywhere; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr));
  gap: 1rem; }
figure { margin: 0; padding: .6rem; border: 1px solid var(--line); border-radius: 6px;
  min-width: 0; }
figure.wide { grid-column: 1 / -1; }
figure svg { width: 100%; height: auto; display: block; margin: auto; max-width: 980px;
  stroke-linejoin: round; stroke-linecap: butt; }
.wide { overflow-x: auto; }
.wide svg { min-width: 600px; }
figcaption { font-size: .88rem; overflow-wrap: anywhere; }
@media print { nav, #filter, #status, .hint { display: none; }
  .scroll, pre { content-visibility: visible; max-height: none; overflow: visible; } }
"""

SCRIPT = """
'use strict';
(function () {
  const board = document.getElementById('board');
  if (!board) return;
  const body = board.tBodies[0], heads = Array.from(board.tHead.rows[0].cells);
  const filter = document.getElementById('filter'), status = document.getElementById('status');
  const rows = Array.from(body.rows), shown = document.getElementById('shown');
  const names = heads.map(h => h.textContent), at = names.lastIndexOf('status', 6);
  const texts = rows.map(r => r.textContent.toLowerCase());
  const store = {  // a browser may forbid it, for a local file
    get: k => { try { return sessionStorage.getItem(k); } catch (e) { return null; } },
    set: (k, v) => { try { sessionStorage.setItem(k, v); } catch (e) { return; } }
  };
  function key(row, j, numbers) {
    const cell = row.cells[j];
    if (!numbers) return cell.textContent;
    const text = cell.dataset.v === undefined ? cell.textContent : cell.dataset.v;
    return text === '' ? NaN : Number(text);
  }
  const collator = new Intl.Collator(undefined, { numeric: true });
  function sort(j, way) {
    const numbers = heads[j].dataset.kind === 'number', keys = new Map();
    rows.forEach(r => keys.set(r, key(r, j, numbers)));
    const order = rows.slice().sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      if (!numbers) return way * collator.compare(x, y);
      if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
      return way * (x - y);
    });
    body.append(...order);
    heads.forEach(h => h.removeAttribute('aria-sort'));
    heads[j].setAttribute('aria-sort', way > 0 ? 'ascending' : 'descending');
    store.set('skhpo-sort', j + ' ' + way);
  }
  function choose() {
    const words = filter.value.toLowerCase().split(/\\s+/).filter(w => w);
    let n = 0;
    rows.forEach((row, i) => {
      const keep = words.every(w => texts[i].includes(w)) &&
        (!status.value || row.cells[at].textContent === status.value);
      row.hidden = !keep;
      n += keep;
    });
    shown.textContent = n < rows.length ? ' ' + n + ' of ' + rows.length + ' shown.' : '';
    store.set('skhpo-filter', filter.value);
    store.set('skhpo-status', status.value);
  }
  heads.forEach((head, j) => head.addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    sort(j, down ? -1 : 1);
  }));
  filter.addEventListener('input', choose);
  status.addEventListener('change', choose);
  if (document.body.dataset.refresh) {
    filter.value = store.get('skhpo-filter') || '';
    status.value = store.get('skhpo-status') || '';
    if (status.selectedIndex < 0) status.value = '';
    const last = (store.get('skhpo-sort') || '').split(' ');
    if (heads[last[0]] && last.length === 2) sort(Number(last[0]), Number(last[1]));
    choose();
  }
})();
(function () {
  const seconds = Number(document.body.dataset.refresh);
  if (!seconds) return;
  setTimeout(function again() {
    if (document.activeElement && document.activeElement.id === 'filter') {
      setTimeout(again, 2000);  // not while somebody types
    } else {
      location.reload();
    }
  }, 1000 * seconds);
})();
"""
