// The table of dependencies. Filters, order and pages are table-core's; the elements are made here.
(function (spof) {
  'use strict';

  const { el, fill, shown, count } = spof.text;
  const byId = (id) => document.getElementById(id);

  /** How many rows are printed at most. */
  const PRINTED = 2000;

  let model = null;
  let table = null;
  let body = null;
  let expanded = {};

  /** The filters, each with its choices. */
  function filters() {
    const all = [
      ['kind', 'Kind', [['', 'Any'], ['store', 'Store'], ['service', 'Service'], ['external', 'External']]],
      ['outcome', 'Outcome', [['', 'Any'], ['hard', 'Hard: some fail'], ['soft', 'Soft: some degrade'], ['none', 'Survives'], ['inside', 'In process']]],
      ['decided', 'Declaration', [['', 'Any'], ['undeclared', 'Undeclared'], ['declared', 'Declared'], ['none', 'None needed']]],
      ['reach', 'Reach', [['direct', 'Direct'], ['indirect', 'Indirect'], ['all', 'All']]],
    ];
    const owners = model.owners.map((owner) => [owner, spof.text.short(owner, 40)]);
    return owners.length > 0 ? [...all, ['owner', 'Owner', [['', 'Any'], ...owners]]] : all;
  }

  /** A filter as a list to choose from. */
  function filter([key, label, choices]) {
    const options = choices.map(([value, text]) => el('option', { value }, text));
    const select = el('select', { id: `filter-${key}`, on: { change: () => spof.state.set({ [key]: select.value, page: '1' }) } }, options);
    return el('label', { class: 'field' }, label, ' ', select);
  }

  /** The search, the filters, and the button that takes all of them back. */
  function tools() {
    const input = el('input', { type: 'search', id: 'search', autocomplete: 'off', spellcheck: 'false', placeholder: 'Name, file, function, operation', 'aria-keyshortcuts': '/' });
    input.addEventListener('input', () => spof.state.set({ q: input.value, page: '1' }));
    const { q, kind, outcome, decided, reach, owner } = spof.state.DEFAULTS;
    const reset = () => spof.state.set({ q, kind, outcome, decided, reach, owner, page: '1' });
    fill(
      byId('filters'),
      el('label', { class: 'field grow' }, el('span', null, 'Search ', el('kbd', null, '/')), ' ', input),
      filters().map(filter),
      el('button', { type: 'button', id: 'reset', on: { click: reset } }, 'Reset'),
    );
  }

  /** The head of a column: a button that sorts by it. */
  function head(header) {
    const { meta, header: title } = header.column.columnDef;
    const sort = () => {
      const { sort: by, order } = spof.state.get();
      const first = meta.worstFirst ? 'desc' : 'asc';
      const next = by === header.id ? (order === 'asc' ? 'desc' : 'asc') : first;
      spof.state.set({ sort: header.id, order: next, page: '1' });
    };
    const button = el('button', { type: 'button', class: 'sort', on: { click: sort } }, title, el('span', { class: 'arrow', 'aria-hidden': 'true' }));
    return el('th', { scope: 'col', 'data-id': header.id, class: meta.isNumber ? 'number' : null }, button);
  }

  /** The columns that are seen. */
  function visible() {
    return table.getAllLeafColumns().filter((column) => column.columnDef.meta && column.columnDef.meta.render);
  }

  /** The table's state for table-core, from the state of the page. */
  function stateOf(its) {
    const words = its.q.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = [
      ['text', words.length > 0 && words], ['kind', its.kind], ['severity', its.outcome], ['decided', its.decided],
      ['reach', its.reach !== 'all' && its.reach], ['owner', its.owner],
    ];
    return {
      ...table.initialState,
      columnFilters: wanted.filter(([, value]) => value).map(([id, value]) => ({ id, value })),
      sorting: visible().some((column) => column.id === its.sort) ? [{ id: its.sort, desc: its.order === 'desc' }] : [],
      pagination: { pageIndex: Math.max(0, (parseInt(its.page, 10) || 1) - 1), pageSize: its.size === '100' ? 100 : 25 },
      expanded,
    };
  }

  /** Gives table-core a state. */
  function apply(state) {
    table.setOptions((options) => ({ ...options, state }));
  }

  /** A row, and its details where it is expanded. */
  function line(row, index) {
    const isOpen = Boolean(expanded[row.id]);
    const { service, on } = row.original.dependency;
    const id = `detail-${index}`;
    const button = el('button', {
      type: 'button', class: 'expand', 'aria-expanded': String(isOpen), 'aria-controls': isOpen ? id : null,
      'aria-label': `Details of ${shown(service)} on ${shown(on)}`,
    });
    const cells = visible().map((column, at) => {
      const { meta } = column.columnDef;
      const content = meta.render(row.original);
      return el(at === 0 ? 'th' : 'td', { scope: at === 0 ? 'row' : null, class: meta.isNumber ? 'number' : `c-${column.id}` }, at === 0 ? el('div', { class: 'first' }, button, content) : content);
    });
    const element = el('tr', { class: 'row', 'data-row': row.id }, cells);
    button.addEventListener('click', () => toggle(row, element, button, id));
    return isOpen ? [element, details(row, id)] : [element];
  }

  /** The row that has the details of another. */
  function details(row, id) {
    return el('tr', { class: 'details', id }, el('td', { colspan: visible().length }, spof.detail(row.original, model.data.today)));
  }

  /** Shows or hides the details of a row. */
  function toggle(row, element, button, id) {
    const isOpen = !expanded[row.id];
    expanded = { ...expanded, [row.id]: isOpen };
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) {
      button.setAttribute('aria-controls', id);
      element.after(details(row, id));
    } else {
      button.removeAttribute('aria-controls');
      element.nextElementSibling.remove();
    }
  }

  /** Fills the body with rows. */
  function rows(all) {
    const columns = visible().length;
    const none = () => el('tr', null, el('td', { colspan: columns, class: 'empty' }, model.rows.length === 0 ? 'No service depends on anything, as far as was seen.' : 'No dependency is like that.'));
    fill(body, all.length > 0 ? all.flatMap(line) : none());
  }

  /** Says how many rows there are. */
  function say(total, text) {
    byId('count').textContent = `${total.toLocaleString('en')} of ${count(model.rows.length, 'dependency', 'dependencies')}${text}`;
  }

  /** The buttons for other pages. */
  function pages(index, number, size) {
    const go = (page) => spof.state.set({ page: String(page) });
    const button = (text, page, isOn) => el('button', { type: 'button', disabled: !isOn, on: { click: () => go(page) } }, text);
    const select = el('select', { on: { change: () => spof.state.set({ size: select.value, page: '1' }) } }, ['25', '100'].map((it) => el('option', { value: it, selected: Number(it) === size }, it)));
    fill(
      byId('pages'),
      number > 1 && [button('Previous', index, index > 0), el('span', null, `Page ${index + 1} of ${number.toLocaleString('en')}`), button('Next', index + 2, index + 1 < number)],
      el('span', { class: 'spacer' }),
      el('label', { class: 'field' }, 'Rows ', select),
    );
  }

  /** Draws what the state says. */
  function draw(its) {
    apply(stateOf(its));
    const total = table.getFilteredRowModel().rows.length;
    const number = Math.max(1, table.getPageCount());
    const { pageIndex, pageSize } = table.getState().pagination;
    const index = Math.min(pageIndex, number - 1);
    apply({ ...table.getState(), pagination: { pageIndex: index, pageSize } });
    const all = table.getRowModel().rows;
    rows(all);
    const first = index * pageSize;
    say(total, number > 1 ? `, rows ${(first + 1).toLocaleString('en')} to ${(first + all.length).toLocaleString('en')}` : '');
    pages(index, number, pageSize);
    controls(its);
  }

  /** Shows the state in the search, the filters and the heads. */
  function controls(its) {
    const search = byId('search');
    search.value === its.q || (search.value = its.q);
    for (const [key] of filters()) {
      byId(`filter-${key}`).value = its[key];
    }
    for (const th of byId('table').querySelectorAll('thead th')) {
      const isSorted = th.dataset.id === its.sort;
      isSorted ? th.setAttribute('aria-sort', its.order === 'desc' ? 'descending' : 'ascending') : th.removeAttribute('aria-sort');
    }
  }

  /** Draws all rows that pass the filters, for the printer. */
  function print() {
    const all = table.getPrePaginationRowModel().rows;
    rows(all.slice(0, PRINTED));
    say(all.length, all.length > PRINTED ? `; printed are the first ${PRINTED.toLocaleString('en')}` : '');
  }

  /** Makes the table of a model. */
  function create(its, choose) {
    model = its;
    const core = window.TableCore;
    table = core.createTable({
      data: model.rows, columns: spof.columns.columns(model, choose), state: {}, onStateChange: () => {}, renderFallbackValue: null,
      autoResetAll: false, getCoreRowModel: core.getCoreRowModel(), getFilteredRowModel: core.getFilteredRowModel(),
      getSortedRowModel: core.getSortedRowModel(), getPaginationRowModel: core.getPaginationRowModel(),
    });
    apply(table.initialState);
    tools();
    const heads = table.getFlatHeaders().filter((header) => visible().includes(header.column));
    body = el('tbody', null);
    fill(byId('table'), el('caption', { class: 'sr' }, 'Dependencies of the services'), el('thead', null, el('tr', null, heads.map(head))), body);
  }

  spof.table = { create, draw, print };
})((window.spof = window.spof || {}));
