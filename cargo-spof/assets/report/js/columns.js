// The columns of the table of dependencies: what each shows, sorts by and filters.
(function (spof) {
  'use strict';

  const { el, shown, cut, outcome, list } = spof.text;

  /** The order of severities, for sorting. */
  const RANK = { hard: 3, soft: 2, none: 1, inside: 0 };

  /** What is declared, in words that sort: what is not declared comes first. */
  const DECIDED = { undeclared: 0, declared: 1, none: 2 };

  /** The number of call sites. */
  function sites(row) {
    return row.dependency.call_sites.length;
  }

  /** Operations with their numbers: "read 2, write 1". */
  function operations(row) {
    return Object.entries(row.dependency.operations).map(([word, number]) => `${shown(word)} ${number}`).join(', ');
  }

  /** What becomes of the service: how many of its entry points fail, and how many degrade. */
  function loss(row) {
    const { fails, degrades, start } = row.dependency;
    if (row.severity === 'inside') {
      return el('span', { class: 'muted' }, 'in process');
    }
    if (row.severity === 'none') {
      return outcome('survives');
    }
    const of = ` of ${row.entries.toLocaleString('en')}`;
    const verb = (number, word) => word + (number === 1 ? 's' : '');
    return [
      fails.length > 0 && outcome('fails', `${fails.length}${of} ${verb(fails.length, 'fail')}`),
      start === 'fails' && outcome('fails', 'start fails'),
      degrades.length > 0 && outcome('degrades', `${degrades.length}${of} ${verb(degrades.length, 'degrade')}`),
    ];
  }

  /** A declaration in one line: verb, status, owner, until when. */
  function declared(declaration, today) {
    const due = spof.model.due(declaration.until, today);
    return el(
      'span', { class: 'declared' },
      el('b', null, shown(declaration.verb || 'unknown verb')), ` ${declaration.status}`,
      declaration.owner && ` · ${shown(declaration.owner)}`,
      declaration.until && [' · ', el('span', { class: due ? `due ${due}` : 'day' }, until(declaration.until, due))],
    );
  }

  /** Until when something holds, and whether that is over. */
  function until(day, due) {
    const says = { passed: `passed ${shown(day)}`, soon: `ends ${shown(day)}` };
    return says[due] || `until ${shown(day)}`;
  }

  /** What was decided about a dependency. */
  function decision(row, today) {
    const lines = row.declared.map((it) => declared(it, today));
    const silent = row.dependency.undeclared.length;
    if (silent > 0) {
      lines.push(el('span', { class: 'undeclared' }, lines.length > 0 ? `undeclared in ${silent}` : 'undeclared'));
    }
    return lines.length > 0 ? lines : el('span', { class: 'muted', 'aria-label': 'none' }, '–');
  }

  /** The button that selects what is depended on. */
  function on(row, model, choose) {
    const thing = model.things.get(spof.model.key(row.dependency.kind, row.dependency.on));
    return thing ? spof.panel.link(thing, choose) : cut(row.dependency.on);
  }

  /** Compares two values of a column as they are: texts by their characters, numbers by size. */
  function plain(a, b, id) {
    const [x, y] = [a.getValue(id), b.getValue(id)];
    return x < y ? -1 : x > y ? 1 : 0;
  }

  /** Whether a value is the wanted one. */
  function equal(row, id, want) {
    return row.getValue(id) === want;
  }

  /** Whether all words that are searched are there. */
  function search(row, id, words) {
    const text = row.original.text;
    return words.every((word) => text.includes(word));
  }

  /** The columns. `render` makes the content of a cell; columns without it are for filters only. */
  function columns(model, choose) {
    const visible = (id, title, accessorFn, render, more) => ({ id, header: title, accessorFn, sortingFn: plain, filterFn: equal, meta: { render, ...more } });
    const hidden = (id, accessorFn, filterFn) => ({ id, accessorFn, filterFn: filterFn || equal });
    const number = { isNumber: true };
    const today = model.data.today;
    return [
      visible('service', 'Service', (row) => row.dependency.service.toLowerCase(), (row) => cut(row.dependency.service)),
      visible('on', 'Depends on', (row) => row.dependency.on.toLowerCase(), (row) => on(row, model, choose)),
      visible('kind', 'Kind', (row) => row.dependency.kind, (row) => row.dependency.kind),
      visible('operations', 'Operations', operations, (row) => (row.dependency.is_direct ? operations(row) : through(row))),
      visible('providers', 'Providers', (row) => list(row.dependency.providers).toLowerCase(), (row) => cut(list(row.dependency.providers) || '–')),
      visible('outcome', 'Outcome', (row) => RANK[row.severity] * 1e9 + row.dependency.fails.length * 1e4 + row.dependency.degrades.length, loss, { worstFirst: true }),
      visible('declaration', 'Declaration', (row) => DECIDED[row.declaration], (row) => decision(row, today)),
      visible('sites', 'Call sites', sites, (row) => sites(row) || el('span', { class: 'muted' }, '–'), { ...number, worstFirst: true }),
      hidden('severity', (row) => row.severity),
      hidden('decided', (row) => row.declaration),
      hidden('reach', (row) => (row.dependency.is_direct ? 'direct' : 'indirect')),
      hidden('owner', (row) => (row.service ? row.service.owners : []), (row, id, want) => row.getValue(id).includes(want)),
      hidden('text', () => '', search),
    ];
  }

  /** How an outage reaches a service that does not ask itself. */
  function through(row) {
    const names = list(row.dependency.through);
    return el('span', { class: 'muted' }, names ? cut(`through ${names}`) : 'indirect');
  }

  spof.columns = { columns, until };
})((window.spof = window.spof || {}));
