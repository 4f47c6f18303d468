// Inventories that no fixture gives: with declarations of every sort, with hostile text in every field, and with nothing at all.

/** What strangers' code may be called. Each becomes a name of the hostile inventory. */
const NASTY = [
  '</script><script>alert(1)</script>', '<img src=x onerror=alert(2)>', '"><svg onload=alert(3)>', "' onmouseover='alert(4)",
  'safe\u202Egnp.exe', 'zero\u200Bwidth\u2060', '\u2066iso\u2069', 'line\nbreak\ttab\u0007', '<!--<script>', '{{ data }}', '${alert(5)}', '&lt;b&gt;&amp;',
  '\u{E0041}tag', 'javascript:alert(6)', '__proto__', 'constructor', 'a'.repeat(300), '\u2028\u2029', '`quoted`', '   ', '', '<iframe src=https://example.com>',
];

/** Words with a meaning, which a hostile name never takes the place of. */
const WORDS = new Set(['kind', 'outcome', 'when_hanging', 'start', 'plane', 'status', 'verb', 'class', 'flow', 'certainty', 'today', 'until', 'scopes']);

/** A hostile text for each text; the same text always becomes the same one, so that names still refer to each other. */
function nasty() {
  const known = new Map();
  return (text) => {
    if (!known.has(text)) {
      const number = known.size;
      const end = number < NASTY.length ? '' : ` ${number}`;
      known.set(text, NASTY[number % NASTY.length] + end);
    }
    return known.get(text);
  };
}

/** A value with each text in it replaced, keys of free text as well. */
function replace(value, name, to) {
  if (typeof value === 'string') {
    return WORDS.has(name) ? value : to(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => replace(item, name, to));
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const isFree = name === 'unseen' || name === 'operations';
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [isFree ? to(key) : key, replace(item, key, to)]));
}

/** An inventory with hostile text in every field. */
export function twisted(inventory) {
  return replace(inventory, '', nasty());
}

/** An inventory with declarations, owners and single providers, so that each column and each filter has something. */
export function declared(inventory) {
  const its = structuredClone(inventory);
  const verbs = ['fail', 'skip', 'default', null];
  its.dependencies.filter((it) => it.is_direct).slice(0, 12).forEach((it, index) => {
    it.declarations = [its.declarations.length];
    it.undeclared = index % 2 ? it.undeclared : [];
    its.declarations.push({
      store: it.on, verb: verbs[index % 4], status: ['declared', 'located', 'tested'][index % 3], reason: `reason ${index}`, owner: `owner ${index % 3}`,
      until: [null, '2026-01-01', '2026-07-05', '2027-12-31'][index % 4], via: `via ${index}`, to: `to ${index}`, max_age: '5m', tested_by: `test ${index}`,
      file: `file ${index}`, line: index, on: `on ${index}`, functions: [`function ${index}`], services: [it.service],
    });
  });
  its.services.forEach((it, index) => (it.owners = [`owner ${index % 3}`]));
  its.stores.forEach((it) => (it.single = { reason: 'reason one', owner: 'owner one', until: '2027-01-01' }));
  const isHard = (it) => it.is_direct && (it.fails.length > 0 || it.start === 'fails');
  its.totals.undeclared = its.dependencies.filter((it) => isHard(it) && it.undeclared.length > 0).length;
  its.totals.declarations = its.declarations.length;
  return its;
}

/** An inventory of nothing. */
export function empty(inventory) {
  const totals = Object.fromEntries(Object.keys(inventory.totals).map((word) => [word, 0]));
  const lists = { outages: [], stores: [], providers: [], services: [], external: [], dependencies: [], declarations: [] };
  return { ...inventory, workspace: 'empty', totals, ...lists, unseen: {} };
}
