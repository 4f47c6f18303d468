// The state of the page: what is searched, filtered, sorted and selected. It is kept in the URL's hash, so that a link has it.
(function (spof) {
  'use strict';

  /** Each key with what it is when the hash does not say; only the others are written. */
  const DEFAULTS = {
    q: '', kind: '', outcome: '', decided: '', reach: 'direct', owner: '', sort: 'service', order: 'asc', page: '1', size: '25', select: '',
  };

  const listeners = [];
  let state = { ...DEFAULTS };

  /** The state that a hash describes. What is no state, such as a link to a section, gives null. */
  function parse(hash) {
    const text = hash.replace(/^#/, '');
    if (text !== '' && !text.includes('=')) {
      return null;
    }
    const params = new URLSearchParams(text);
    const known = Object.keys(DEFAULTS).map((key) => [key, params.has(key) ? params.get(key) : DEFAULTS[key]]);
    return Object.fromEntries(known);
  }

  /** The hash that describes a state. */
  function format(its) {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(its)) {
      if (value !== DEFAULTS[key]) {
        params.set(key, value);
      }
    }
    const text = params.toString();
    return text === '' ? '' : '#' + text;
  }

  /** How long the hash waits for further changes: browsers complain when it is written with each letter. */
  const WAIT = 150;

  let timer = 0;

  /** Writes the hash without a new entry in the history: each letter of a search would be one. */
  function write() {
    clearTimeout(timer);
    const hash = format(state);
    if (hash === location.hash) {
      return;
    }
    try {
      history.replaceState(null, '', hash === '' ? location.pathname + location.search : hash);
    } catch (error) {
      // Some browsers refuse this for files; the page works without.
      location.hash = hash;
    }
  }

  /** Changes some keys and tells the listeners which. */
  function set(changes) {
    const changed = Object.keys(changes).filter((key) => state[key] !== changes[key]);
    if (changed.length > 0) {
      state = { ...state, ...changes };
      clearTimeout(timer);
      timer = setTimeout(write, WAIT);
      listeners.forEach((listener) => listener(state, new Set(changed)));
    }
  }

  /** Takes over the state of the URL. */
  function load() {
    const its = parse(location.hash);
    if (its) {
      set(its);
    }
  }

  window.addEventListener('pagehide', write);

  spof.state = {
    DEFAULTS,
    load,
    set,
    get: () => state,
    /** Calls a function after each change, with the state and the keys that changed. */
    listen: (listener) => listeners.push(listener),
  };
})((window.spof = window.spof || {}));
