// The panel: what happens while the selected thing is down, down to the call sites; and the list from which it is selected.
(function (spof) {
  'use strict';

  const { el, fill, name, shown, short, count, list, quoted, outcome, stepwise, cut } = spof.text;
  const { KINDS, radius } = spof.model;
  const byId = (id) => document.getElementById(id);

  /** Up to how many entry points all services are unfolded at first. */
  const UNFOLDED = 60;

  /** A word for a kind, with its plural. */
  const GROUPS = { provider: 'Providers', store: 'Stores', service: 'Services', external: 'External peers' };

  /** A term with its text in a list of facts; nothing where there is none. */
  function fact(term, ...text) {
    const says = text.flat().filter((it) => it !== null && it !== undefined && it !== '');
    return says.length === 0 ? [] : [el('dt', null, term), el('dd', null, says)];
  }

  /** Fills the list of all that can be selected. */
  function pick(model, choose) {
    const select = byId('pick');
    select.append(el('option', { value: '' }, 'Nothing'));
    for (const kind of KINDS) {
      const all = [...model.things.values()].filter((it) => it.kind === kind);
      all.sort((a, b) => (a.name < b.name ? -1 : 1));
      const options = all.map((it) => el('option', { value: it.id }, option(it)));
      options.length > 0 && select.append(el('optgroup', { label: GROUPS[kind] }, options));
    }
    select.addEventListener('change', () => choose(select.value));
  }

  /** The text of a thing in the list. */
  function option({ name: text, outage }) {
    const hits = outage && outage.fails + outage.degrades > 0;
    return short(text, 60) + (hits ? ` (${outage.fails} fail, ${outage.degrades} degrade)` : '');
  }

  /** The panel while nothing is selected: how to begin. */
  function idle(model, choose) {
    const first = model.ranked.slice(0, 5);
    const item = ({ outage, kinds }) => {
      const button = link(model.things.get(spof.model.key(kinds[0], outage.name)), choose);
      return el('li', null, button, ' ', el('span', { class: 'kind' }, kinds.join(', ')));
    };
    return [
      el('h3', null, 'Nothing is selected'),
      el('p', null, first.length > 0 ? 'Click a node, or choose from the list, to see which entry points fail while it is down, and why.' : 'No outage takes an entry point down.'),
      first.length > 0 && [el('p', { class: 'label' }, 'Start with'), el('ul', { class: 'plain' }, first.map(item))],
    ];
  }

  /** A button that selects a thing. */
  function link(thing, choose, text) {
    return el('button', { type: 'button', class: 'link', on: { click: () => choose(thing.id) } }, cut(text || thing.name));
  }

  /** What happens, in one sentence. */
  function sentence(thing) {
    const { outage, kind } = thing;
    if (!outage) {
      return kind === 'store' && spof.model.isEmbedded(thing.item)
        ? 'It lives in the process of its service: it has no outage of its own.'
        : 'Nothing in this workspace asks for it, as far as was seen.';
    }
    if (outage.hits.length === 0) {
      return 'While it is down, no entry point fails and none degrades.';
    }
    const verb = outage.fails === 1 ? 'fails' : 'fail';
    const of = outage.fails > 0 ? ` of ${count(outage.services, 'service')}` : '';
    const rest = `${outage.degrades.toLocaleString('en')} ${outage.degrades === 1 ? 'degrades' : 'degrade'}`;
    return `While it is down, ${count(outage.fails, 'entry point')}${of} ${verb} and ${rest}.`;
  }

  /** What is known of a store, a provider, a service or a peer. */
  function facts({ kind, item, outage }) {
    const slo = typeof item.slo === 'number' ? `${item.slo} %` : null;
    const tier = typeof item.tier === 'number' ? item.tier : null;
    const unseen = Object.entries(item.unseen || {}).map(([reason, number]) => `${shown(reason)} (${number})`);
    const isPartly = kind === 'provider' && item.alone && item.alone.length < item.stores.length;
    const single = kind === 'store' && item.single;
    return el(
      'dl', { class: 'facts' },
      fact('Down with it', list(outage && kind !== 'provider' ? outage.with : [])),
      fact('Owners', list(item.owners || [])),
      fact('Run by', list(item.providers || [])),
      fact('Runs', kind === 'provider' ? list(item.stores || []) : ''),
      fact('Of them alone', isPartly ? list(item.alone) || 'none' : ''),
      fact('Clients', list(item.clients || [])),
      fact('Tier', tier), fact('Plane', item.plane), fact('SLO', slo),
      fact('Guard', item.guard ? 'yes' : ''),
      single && fact('One provider', [single.reason, single.owner, single.until && `until ${single.until}`].filter(Boolean).map(shown).join(' · ')),
      fact('Entry points', item.entry_points ? item.entry_points.length : null),
      fact('Unseen', unseen.join('; ')),
    );
  }

  /** Other things of the same name: a store, who runs it and a service may share one. */
  function namesakes(model, thing, choose) {
    const others = KINDS.map((kind) => model.things.get(spof.model.key(kind, thing.name))).filter((it) => it && it.id !== thing.id);
    const each = others.map((it) => link(it, choose, `the ${it.kind}`));
    return others.length > 0 && el('p', { class: 'namesakes' }, 'Of the same name: ', each.flatMap((it, index) => (index ? [', ', it] : [it])), '.');
  }

  /** A witness: the way from the entry point down to the call site. */
  function witness(steps) {
    const step = (text) => el('li', { class: /:\d+ /.test(text) ? 'site' : null }, quoted(text));
    return el('ol', { class: 'witness' }, steps.map(step));
  }

  /** An entry point that is hit; its way down is made when it is unfolded. */
  function hit(its) {
    const word = its.outcome === 'survives' ? 'hangs' : its.outcome;
    const body = el('div', { class: 'hit-body' });
    const details = el('details', { class: 'hit', 'data-service': its.service, 'data-entry': its.entry_point, 'data-outcome': its.outcome },
      el('summary', null, outcome(word, word === 'hangs' ? 'fails only if it hangs' : word), ' ', el('span', { class: 'entry' }, shown(its.entry_point))), body);
    details.addEventListener('toggle', () => {
      if (details.open && !body.hasChildNodes()) {
        fill(
          body,
          el('dl', { class: 'facts' }, fact('If it hangs', its.when_hanging), fact('How', its.how && quoted(its.how)), fact('Through', its.through && name(its.through))),
          its.witness.length > 0 && [el('p', { class: 'label' }, 'Witness'), witness(its.witness)],
        );
      }
    });
    return details;
  }

  /** What a service loses, in figures. */
  function loss(its) {
    const part = (hits, word, label) => hits.length > 0 && outcome(word, `${hits.length} ${label}`);
    return [part(its.fails, 'fails', its.fails.length === 1 ? 'fails' : 'fail'), part(its.degrades, 'degrades', its.degrades.length === 1 ? 'degrades' : 'degrade'), part(its.hangs, 'hangs', 'if it hangs')];
  }

  /** A service that is hit, with its entry points. */
  function service(its, isOpen) {
    const body = el('div', { class: 'service-body' });
    const details = el('details', { class: 'service', open: isOpen, 'data-service': its.service, 'data-outcome': its.outcome }, el('summary', null, el('span', { class: 'service-name' }, shown(its.service)), el('span', { class: 'loss' }, loss(its))), body);
    const unfold = () => {
      if (details.open && !body.hasChildNodes()) {
        const hits = el('div', null);
        body.append(hits, stepwise(hits, [...its.fails, ...its.degrades, ...its.hangs], hit, 50, 'entry points'));
      }
    };
    details.addEventListener('toggle', unfold);
    unfold();
    return details;
  }

  /** What a service asks itself. */
  function needs(model, thing, choose) {
    const rows = thing.kind === 'service' ? model.needs.get(thing.name) || [] : [];
    const word = { hard: 'fails', soft: 'degrades', none: 'survives', inside: 'survives' };
    const says = { hard: 'hard', soft: 'soft', none: 'survives', inside: 'in process' };
    const item = (row) => {
      const on = model.things.get(spof.model.key(row.dependency.kind, row.dependency.on));
      return el('li', null, on ? link(on, choose) : shown(row.dependency.on), ' ', el('span', { class: 'kind' }, row.dependency.kind), ' ', outcome(word[row.severity], says[row.severity]));
    };
    return rows.length > 0 && [el('h4', null, 'What it asks itself'), el('ul', { class: 'plain needs' }, rows.map(item))];
  }

  /** The panel of a thing. */
  function chosen(model, thing, choose) {
    const services = radius(thing.outage);
    const isOpen = thing.outage !== null && thing.outage.hits.length <= UNFOLDED;
    const all = el('div', { class: 'services' });
    const more = stepwise(all, services, (its) => service(its, isOpen), 60, 'services');
    return [
      el('p', { class: 'kind' }, thing.kind),
      el('h3', { id: 'panel-title', tabindex: '-1' }, shown(thing.name)),
      el('p', { class: 'sentence' }, sentence(thing)),
      namesakes(model, thing, choose),
      facts(thing),
      needs(model, thing, choose),
      services.length > 0 && [el('h4', null, 'What is hit'), all, more],
    ];
  }

  /** Shows a thing, or with null how to begin. */
  function show(model, thing, choose) {
    fill(byId('panel'), thing ? chosen(model, thing, choose) : idle(model, choose));
    byId('panel').scrollTop = 0;
    byId('pick').value = thing ? thing.id : '';
    byId('clear').disabled = !thing;
    byId('announce').textContent = thing ? `${shown(thing.name)}: ${sentence(thing)}` : '';
  }

  spof.panel = { pick, show, link };
})((window.spof = window.spof || {}));
