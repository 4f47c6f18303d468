// The tables of services and of declarations.
(function (spof) {
  'use strict';

  const { el, fill, shown, cut, list, stepwise } = spof.text;
  const byId = (id) => document.getElementById(id);

  /** How many rows are shown at first. */
  const STEP = 50;

  /** What stands where there is nothing. */
  function dash(value) {
    return value === null || value === undefined || value === '' ? el('span', { class: 'muted' }, '–') : value;
  }

  /** A table with its columns (title, content of a row, the class of its cells), filled step by step. */
  function table(label, columns, items, noun) {
    const body = el('tbody', null);
    const cell = (item) => ([, render, its], index) => el(index === 0 ? 'th' : 'td', { scope: index === 0 ? 'row' : null, class: its }, dash(render(item)));
    const more = stepwise(body, items, (item) => el('tr', null, columns.map(cell(item))), STEP, noun);
    const heads = columns.map(([title, , its]) => el('th', { scope: 'col', class: its }, title));
    const whole = el('table', null, el('caption', { class: 'sr' }, label), el('thead', null, el('tr', null, heads)), body);
    return [el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Table of ${noun}` }, whole), more];
  }

  /** A sentence in place of a table. */
  function sentence(...text) {
    return el('p', { class: 'empty' }, text);
  }

  /** The services, with how many dependencies are hard and how many services fail without them. */
  function services(model, choose) {
    const { data } = model;
    if (data.services.length === 0) {
      fill(byId('services-body'), sentence('No services were found: a service is a package with a binary, or one that spof.toml names.'));
      return;
    }
    const thing = (it) => model.things.get(spof.model.key('service', it.name));
    const hard = (it) => (model.needs.get(it.name) || []).filter((row) => row.severity === 'hard').length;
    const failing = (it) => (thing(it).outage ? thing(it).outage.services : 0);
    const unseen = (it) => Object.entries(it.unseen).map(([reason, number]) => `${number} × ${shown(reason)}`).join('; ');
    fill(byId('services-body'), table('Services', [
      ['Service', (it) => spof.panel.link(thing(it), choose)],
      ['Owners', (it) => (it.owners.length > 0 ? cut(list(it.owners)) : '')],
      ['Tier', (it) => it.tier, 'number'],
      ['Plane', (it) => it.plane],
      ['SLO', (it) => (it.slo === null ? null : `${it.slo} %`), 'number'],
      ['Entry points', (it) => it.entry_points.length, 'number'],
      ['Hard dependencies', (it) => hard(it), 'number'],
      ['Services that fail without it', (it) => failing(it), 'number'],
      ['Unseen', unseen, 'wide'],
    ], data.services, 'services'));
  }

  /** Where a declaration stands. */
  function place(it) {
    return el('code', null, `${shown(it.file)}:${it.line}`);
  }

  /** The declarations; those that have passed or end soon say so. */
  function declarations({ data }) {
    if (data.declarations.length === 0) {
      const how = '#[spof::on_outage(store, fail, reason = "…", owner = "…")]';
      fill(byId('declarations-body'), sentence('Nobody has written down what should happen in an outage. To do so, put ', el('code', null, how), ' on the function that asks the store.'));
      return;
    }
    const until = (it) => {
      const due = spof.model.due(it.until, data.today);
      return it.until && el('span', { class: due ? `due ${due}` : 'day' }, due ? spof.columns.until(it.until, due) : shown(it.until));
    };
    fill(byId('declarations-body'), table('Declarations', [
      ['Store', (it) => cut(it.store)],
      ['Verb', (it) => shown(it.verb || 'unknown')],
      ['Status', (it) => it.status],
      ['Owner', (it) => it.owner && cut(it.owner)],
      ['Until', until],
      ['Reason', (it) => it.reason && el('span', { class: 'prose' }, shown(it.reason))],
      ['Services', (it) => (it.services.length > 0 ? cut(list(it.services)) : '')],
      ['Place', place],
    ], data.declarations, 'declarations'));
  }

  spof.lists = { services, declarations };
})((window.spof = window.spof || {}));
