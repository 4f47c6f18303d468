// The details of a dependency: its call sites, the entry points that it takes down, and what was declared about it.
(function (spof) {
  'use strict';

  const { el, shown, name, outcome, stepwise, count, list } = spof.text;

  /** A block with a title. */
  function block(title, ...content) {
    return el('section', { class: 'block' }, el('h3', null, title), content);
  }

  /** Call sites as a table: where, what is asked, in which function, and what becomes of an error. */
  function sites(dependency) {
    const all = dependency.call_sites;
    if (all.length === 0) {
      const through = list(dependency.through);
      return block('Call sites', el('p', { class: 'muted' }, through ? `None of its own: an outage comes through ${through}.` : 'None of its own.'));
    }
    const body = el('tbody', null);
    const line = (site) => el(
      'tr', null,
      el('td', null, el('code', null, `${shown(site.file)}:${site.line}:${site.column}`)),
      el('td', null, site.class), el('td', null, el('code', null, shown(site.operation))),
      el('td', null, el('code', null, shown(site.function))), el('td', null, site.flow), el('td', null, site.certainty),
    );
    const more = stepwise(body, all, line, 50, 'call sites');
    const head = ['Place', 'Class', 'Operation', 'Function', 'Error', 'Certainty'].map((title) => el('th', { scope: 'col' }, title));
    const label = `Call sites of ${shown(dependency.on)} in ${shown(dependency.service)}`;
    return block(count(all.length, 'call site'), el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, el('table', { class: 'inner' }, el('thead', null, el('tr', null, head)), body)), more);
  }

  /** Entry points that an outage hits. */
  function entries(dependency) {
    const all = [...dependency.fails.map((it) => ['fails', it]), ...dependency.degrades.map((it) => ['degrades', it])];
    if (all.length === 0) {
      return block('Entry points', el('p', { class: 'muted' }, 'None fails and none degrades.'));
    }
    const items = el('ul', { class: 'plain' });
    const more = stepwise(items, all, ([word, entry]) => el('li', null, outcome(word), ' ', el('code', null, shown(entry))), 50, 'entry points');
    return block('Entry points', items, more);
  }

  /** One declaration with all that it says. */
  function declaration(its, today) {
    const due = spof.model.due(its.until, today);
    const facts = [
      ['Why', its.reason], ['Owner', its.owner], ['Until', its.until && spof.columns.until(its.until, due)], ['Via', its.via], ['To', its.to],
      ['At most', its.max_age], ['Tested by', its.tested_by], ['On', its.on], ['Place', `${its.file}:${its.line}`],
    ];
    const said = facts.filter(([, text]) => text).map(([term, text]) => [el('dt', null, term), el('dd', null, shown(text))]);
    return [el('p', null, el('b', null, shown(its.verb || 'unknown verb')), ` ${its.status}`), el('dl', { class: 'facts' }, said)];
  }

  /** What was declared, and where nothing was. */
  function decided(row, today) {
    const silent = row.dependency.undeclared;
    const items = el('ul', { class: 'plain' });
    const more = stepwise(items, silent, (it) => el('li', null, name(it)), 50, 'functions');
    return block(
      'Declarations',
      row.declared.length === 0 && silent.length === 0 && el('p', { class: 'muted' }, 'None.'),
      row.declared.map((it) => declaration(it, today)),
      silent.length > 0 && [el('p', { class: 'label' }, `Undeclared in ${count(silent.length, 'function')}`), items, more],
    );
  }

  /** All details of a row. */
  function detail(row, today) {
    return el('div', { class: 'detail' }, sites(row.dependency), el('div', { class: 'pair' }, entries(row.dependency), decided(row, today)));
  }

  spof.detail = detail;
})((window.spof = window.spof || {}));
