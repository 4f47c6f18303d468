// The page: reads the data, draws the sections, and ties them to the state and the keyboard.
(function (spof) {
  'use strict';

  const byId = (id) => document.getElementById(id);
  const THEMES = ['auto', 'light', 'dark'];

  /** Whether the system is dark. */
  const night = matchMedia('(prefers-color-scheme: dark)');

  let model = null;
  let wanted = 'auto';

  /** What is selected, or null. */
  function selected() {
    return model.things.get(spof.state.get().select) || null;
  }

  /** Selects a thing by its key; an empty text selects nothing. */
  function choose(id) {
    spof.state.set({ select: id });
  }

  /** Selects a thing and brings the graph into view: for buttons that are elsewhere on the page. */
  function jump(id) {
    choose(id);
    scroll(byId('graph'));
  }

  /** Scrolls to an element, gently where that is wanted. */
  function scroll(element) {
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    element.scrollIntoView({ behavior: isCalm ? 'auto' : 'smooth', block: 'start' });
  }

  /** Shows what is selected. */
  function show() {
    const thing = selected();
    spof.panel.show(model, thing, choose);
    spof.graph.select(thing);
    spof.overview.mark(thing ? thing.id : '');
  }

  /** Draws what has changed. */
  function update(state, changed) {
    if (changed.has('select')) {
      show();
    }
    if ([...changed].some((key) => key !== 'select')) {
      spof.table.draw(state);
    }
  }

  /** The theme that was chosen before; files may have no storage. */
  function remembered() {
    try {
      return localStorage.getItem('spof-theme');
    } catch (error) {
      return null;
    }
  }

  /** Sets the colours: those that are wanted, or with `auto` those of the system. */
  function colours() {
    const system = night.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = wanted === 'auto' ? system : wanted;
    spof.graph.restyle();
  }

  /** Sets the theme that is wanted. */
  function theme(want) {
    wanted = THEMES.includes(want) ? want : 'auto';
    byId('theme').textContent = `Theme: ${wanted}`;
    colours();
    try {
      localStorage.setItem('spof-theme', wanted);
    } catch (error) {
      // It lasts as long as the page.
    }
  }

  /** The button for the theme goes round. */
  function themes() {
    theme(remembered());
    byId('theme').addEventListener('click', () => theme(THEMES[(THEMES.indexOf(wanted) + 1) % THEMES.length]));
    night.addEventListener('change', colours);
  }

  /** Whether keys are text here. */
  function isTyping(element) {
    return element.matches('input, select, textarea');
  }

  /** The keys: `/` goes to the search, Esc takes the selection back. */
  function keys() {
    document.addEventListener('keydown', (event) => {
      if (event.key === '/' && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        byId('search').focus();
      } else if (event.key === 'Escape' && event.target.id !== 'search') {
        choose('');
      }
    });
  }

  /** Links within the page scroll and leave the hash alone: it has the state. */
  function links() {
    for (const link of document.querySelectorAll('#sections a, #skip')) {
      link.addEventListener('click', (event) => {
        event.preventDefault();
        const target = document.querySelector(link.getAttribute('href'));
        const heading = target.querySelector('h2[tabindex]');
        (link.id === 'skip' || !heading ? byId('main') : heading).focus({ preventScroll: true });
        scroll(target);
      });
    }
  }

  /** For the printer all rows that pass the filters are drawn, and afterwards the page again. */
  function printing() {
    let isPrinting = false;
    const toggle = (want) => {
      if (want !== isPrinting) {
        isPrinting = want;
        want ? spof.table.print() : spof.table.draw(spof.state.get());
      }
    };
    window.addEventListener('beforeprint', () => toggle(true));
    window.addEventListener('afterprint', () => toggle(false));
    matchMedia('print').addEventListener('change', (event) => toggle(event.matches));
  }

  /** The overview and the table come first; the graph takes longer, so it comes after they are painted. */
  function start() {
    const data = JSON.parse(byId('data').textContent);
    model = spof.model.model(data);
    document.title = `${spof.text.shown(data.workspace)} · cargo-spof`;
    byId('foot').textContent = `Made by cargo spof inventory on ${spof.text.shown(data.today)}. Outcomes are read from code: what was not seen is not in them.`;
    themes();
    spof.overview.draw(model, jump);
    spof.panel.pick(model, choose);
    spof.table.create(model, jump);
    spof.state.load();
    spof.table.draw(spof.state.get());
    spof.state.listen(update);
    spof.panel.show(model, selected(), choose);
    spof.overview.mark(spof.state.get().select);
    byId('clear').addEventListener('click', () => choose(''));
    window.addEventListener('hashchange', spof.state.load);
    keys();
    links();
    printing();
    requestAnimationFrame(() => setTimeout(late));
  }

  /** What is further down the page. */
  function late() {
    spof.lists.services(model, jump);
    spof.lists.declarations(model);
    spof.legend.draw(byId('legend'));
    spof.graph.create(model, choose);
    show();
    document.documentElement.dataset.ready = 'true';
  }

  spof.main = { show };
  start();
})((window.spof = window.spof || {}));
