// Text and elements: everything that the page shows goes through here.
//
// Names, paths and messages come from strangers' code. They are shown as text only, never as markup, and characters that nobody
// would see, or that would reorder what is read, are shown as escapes.
(function (spof) {
  'use strict';

  /**
   * Characters that do something other than standing where they are: controls, marks of direction, zero width, fillers, tags.
   * The same set as in `report/escape.rs`, and further ones that a browser draws as nothing.
   */
  const HIDDEN = new RegExp(
    '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e' +
      '\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}]',
    'gu',
  );

  /** One hidden character as an escape. */
  function escape(char) {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    return short || '\\u{' + char.codePointAt(0).toString(16) + '}';
  }

  /** Text as it is shown. Also says so where there is none: an empty name must not look like a gap in the page. */
  function shown(text) {
    const visible = String(text).replace(HIDDEN, escape);
    return visible.trim() === '' ? '(no name)' : visible;
  }

  /** Text as it is shown, cut to a length in characters. */
  function short(text, length) {
    const chars = Array.from(shown(text));
    return chars.length <= length ? chars.join('') : chars.slice(0, length - 1).join('') + '…';
  }

  /**
   * An element. `attributes`: `class`, `on` (an object of listeners) or any attribute; those that are null or false are left out.
   * Children that are strings become text, as they are: names go through `shown` first.
   */
  function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'on') {
        Object.entries(value).forEach(([event, listener]) => element.addEventListener(event, listener));
      } else if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(key, value === true ? '' : String(value));
      }
    }
    append(element, children);
    return element;
  }

  /** Appends children: elements, strings, numbers, and lists of them; null and false are left out. */
  function append(element, children) {
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined && child !== false) {
        element.append(child instanceof Node ? child : String(child));
      }
    }
    return element;
  }

  /** Replaces what an element has. */
  function fill(element, ...children) {
    element.replaceChildren();
    return append(element, children);
  }

  /** A name in the text, set apart from it. */
  function name(text) {
    return el('code', { class: 'name' }, shown(text));
  }

  /** A name that is cut by the style where it is long; then the whole of it is in the title. */
  function cut(text, tag) {
    const visible = shown(text);
    return el(tag || 'span', { class: 'cut', title: visible.length > 24 ? visible : null }, visible);
  }

  /** A number with its noun: "1 store", "2 stores". */
  function count(number, one, many) {
    return `${number.toLocaleString('en')} ${number === 1 ? one : many || one + 's'}`;
  }

  /** Names as one text. */
  function list(names) {
    return names.map(shown).join(', ');
  }

  /** Text with each part in backquotes set as code. */
  function quoted(text) {
    const parts = String(text).split('`');
    return parts.map((part, index) => (index % 2 ? name(part) : part === '' ? null : shownAround(part)));
  }

  /** Text between quotes: here blanks alone are no missing name. */
  function shownAround(text) {
    return text.trim() === '' ? text.replace(HIDDEN, escape) : shown(text);
  }

  /** A mark of an outcome with its word: never by colour alone. */
  function outcome(word, label) {
    return el('span', { class: `outcome ${word}` }, el('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[word] || '·'), label || word);
  }

  /** What stands for an outcome where colour is not seen. */
  const MARKS = { fails: '✕', degrades: '◐', survives: '○', hangs: '◌', down: '■' };

  /**
   * Fills a list step by step, so that a long one does not stall: `render` gives an element for each item, `where` takes them.
   * Returns the button for the next step; it is hidden when all are there.
   */
  function stepwise(where, items, render, step, noun) {
    let done = 0;
    const button = el('button', { type: 'button', class: 'quiet more', on: { click: () => next() } });
    /** Appends the next items. */
    function next() {
      items.slice(done, done + step).forEach((item) => where.append(render(item)));
      done = Math.min(items.length, done + step);
      button.textContent = `Show more ${noun} (${count(items.length - done, 'is', 'are')} left)`;
      button.hidden = done >= items.length;
    }
    next();
    return button;
  }

  spof.text = { shown, short, el, fill, append, name, cut, count, list, quoted, outcome, stepwise, MARKS };
})((window.spof = window.spof || {}));
