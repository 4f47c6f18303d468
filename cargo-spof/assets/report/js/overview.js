// The overview: the worst outage in one sentence, figures, the ranking of outages, and what was not seen.
(function (spof) {
  'use strict';

  const { el, fill, count, shown, short, cut } = spof.text;
  const byId = (id) => document.getElementById(id);

  /** How many outages the ranking shows at first. */
  const SHOWN = 10;

  /** How many characters of a name the headline has. */
  const LARGE = 60;

  /** The sentence in large type. */
  function headline({ data, worst }) {
    if (data.services.length === 0) {
      return ['No services were found in this workspace.'];
    }
    if (!worst) {
      return ['No outage that was tried takes an entry point down.'];
    }
    const kind = worst.kind === 'store' || worst.kind === 'provider' ? '' : `${worst.kind} `;
    const number = worst.services > 0 ? worst.services : new Set(worst.hits.map((hit) => hit.service)).size;
    const verb = worst.services > 0 ? 'fail' : 'degrade';
    const whole = shown(worst.name);
    const name = short(worst.name, LARGE);
    return [
      `${number} of ${count(data.services.length, 'service')} ${number === 1 ? verb + 's' : verb} when ${kind}`,
      el('code', { class: 'name', title: name === whole ? null : whole }, name), ' is down.',
    ];
  }

  /** The sentence about declarations. */
  function second({ data, direct }) {
    const { hard, undeclared } = data.totals;
    if (hard === 0) {
      return data.services.length === 0 ? '' : 'No dependency is hard: no entry point fails without one.';
    }
    const of = `${undeclared.toLocaleString('en')} of ${count(hard, 'hard dependency', 'hard dependencies')}`;
    if (undeclared === 0) {
      return hard === 1 ? 'The one hard dependency is declared.' : `Every one of the ${count(hard, 'hard dependency', 'hard dependencies')} is declared.`;
    }
    const silent = direct.filter((row) => row.severity === 'hard' && row.dependency.undeclared.length > 0);
    const is = undeclared === 1 ? 'is' : 'are';
    return silent.some((row) => row.declared.length > 0) ? `${of} ${is} not fully declared.` : `${of} ${is} declared by nobody.`;
  }

  /** What the sentences count, exactly. */
  function note({ data, worst }) {
    if (!worst) {
      return '';
    }
    const total = data.totals.entry_points.toLocaleString('en');
    const many = (number, verb) => `${number.toLocaleString('en')} ${verb}${number === 1 ? 's' : ''}`;
    const rest = `Of ${total} entry points, ${many(worst.fails, 'fail')} and ${many(worst.degrades, 'degrade')}. `;
    return rest + 'A service counts when one of its entry points fails.';
  }

  /** The figures, each with its word. */
  function figures({ data: { totals } }) {
    const all = [
      ['Services', totals.services], ['Entry points', totals.entry_points], ['Stores', totals.stores],
      ['Providers', totals.providers], ['External peers', totals.external], ['Call sites', totals.call_sites],
      ['Dependencies', totals.dependencies], ['Hard', totals.hard], ['Soft', totals.soft],
      ['Declarations', totals.declarations], ['Located', totals.located], ['Tested', totals.tested],
    ];
    return all.map(([word, number]) => el('div', null, el('dt', null, word), el('dd', null, number.toLocaleString('en'))));
  }

  /** What was not seen: how much, and why. */
  function unseen({ data }) {
    const reasons = Object.entries(data.unseen).sort((a, b) => b[1] - a[1]);
    if (reasons.length === 0) {
      return data.services.length === 0 ? '' : 'Unseen: nothing. Every call that may matter was resolved.';
    }
    const each = reasons.map(([reason, number]) => shown(reason) + (reasons.length > 1 ? ` (${number.toLocaleString('en')})` : ''));
    return [el('strong', null, `Unseen: ${count(data.totals.unseen, 'place')}`), `, because of ${each.join('; ')}. What is called there is missing here.`];
  }

  /** The bars of the ranking, each with the keys that it stands for. */
  const bars = new Map();

  /** One bar of the ranking; a click selects what is down. */
  function bar({ outage, kinds }, most, choose) {
    const ids = kinds.map((kind) => spof.model.key(kind, outage.name));
    const part = (outcome) => el('span', { class: `part ${outcome}`, style: `width:${(100 * outage[outcome]) / most}%` });
    const says = `${outage.fails} fail, ${outage.degrades} degrade, ${count(outage.services, 'service')} affected`;
    const button = el(
      'button',
      { type: 'button', class: 'rank', 'aria-pressed': 'false', on: { click: () => choose(ids[0]) } },
      el('span', { class: 'rank-name' }, cut(outage.name), ' ', el('span', { class: 'kind' }, kinds.join(', '))),
      el('span', { class: 'rank-bar', 'aria-hidden': 'true' }, part('fails'), part('degrades')),
      el('span', { class: 'rank-says', 'aria-hidden': 'true' }, numbers(outage)),
      el('span', { class: 'sr' }, says),
    );
    bars.set(button, ids);
    return el('li', null, button);
  }

  /** The numbers next to a bar. */
  function numbers(outage) {
    return [el('b', null, outage.fails.toLocaleString('en')), ' + ', el('span', { class: 'soft' }, outage.degrades.toLocaleString('en'))];
  }

  /** Fills the ranking. */
  function ranking({ ranked }, choose) {
    const list = byId('ranking');
    const more = byId('ranking-more');
    if (ranked.length === 0) {
      byId('ranking-key').hidden = true;
      list.replaceWith(el('p', { class: 'empty' }, 'Nothing here takes an entry point down, as far as the code says.'));
      return;
    }
    const most = Math.max(...ranked.map(({ outage }) => outage.fails + outage.degrades));
    const show = (items) => items.forEach((it) => list.append(bar(it, most, choose)));
    show(ranked.slice(0, SHOWN));
    more.hidden = ranked.length <= SHOWN;
    more.textContent = `Show ${Math.min(ranked.length, 100) - SHOWN} more`;
    more.addEventListener('click', () => {
      // Who wants more than these reads the table or the list above the graph.
      show(ranked.slice(SHOWN, 100));
      more.hidden = true;
      mark(spof.state.get().select);
    });
  }

  /** Marks the rows of what is selected. */
  function mark(selected) {
    for (const [button, ids] of bars) {
      button.setAttribute('aria-pressed', String(ids.includes(selected)));
    }
  }

  /** Draws the overview. */
  function draw(model, choose) {
    byId('workspace').textContent = `${shown(model.data.workspace)} · ${shown(model.data.today)}`;
    fill(byId('headline'), ...headline(model));
    fill(byId('second'), second(model));
    fill(byId('lead-note'), note(model));
    fill(byId('figures'), ...figures(model));
    fill(byId('unseen'), unseen(model));
    ranking(model, choose);
  }

  spof.overview = { draw, mark };
})((window.spof = window.spof || {}));
