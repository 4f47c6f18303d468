// The legend of the graph: the shapes of nodes, the lines, and the marks of outcomes.
(function (spof) {
  'use strict';

  const { el, fill, outcome } = spof.text;
  const SVG = 'http://www.w3.org/2000/svg';

  /** A drawing of some paths, each with its attributes. */
  function drawing(width, ...paths) {
    const svg = document.createElementNS(SVG, 'svg');
    const set = (element, attributes) => Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    set(svg, { width, height: 14, viewBox: `0 0 ${width} 14`, 'aria-hidden': 'true' });
    for (const attributes of paths) {
      const path = document.createElementNS(SVG, 'path');
      set(path, { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.25, ...attributes });
      svg.append(path);
    }
    return svg;
  }

  /** A drawing with its word. */
  function item(svg, word) {
    return el('span', null, svg, word);
  }

  /** A line as the graph has it. */
  function line(color, dash, end) {
    const stroke = `var(--${color})`;
    return drawing(28, { d: 'M1 7H22', stroke, 'stroke-dasharray': dash, 'stroke-width': 1.5 }, { d: end, stroke, fill: end.endsWith('z') ? stroke : 'none' });
  }

  /** Fills the legend. */
  function draw(where) {
    const box = 'M4 1.5h16a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-16a2.5 2.5 0 0 1-2.5-2.5v-6a2.5 2.5 0 0 1 2.5-2.5z';
    const inner = 'M5 4h14a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-14a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1z';
    fill(
      where,
      item(drawing(24, { d: box }), 'service'),
      item(drawing(24, { d: box }, { d: inner, 'stroke-width': 1 }), 'service that runs stores'),
      item(drawing(24, { d: 'M2 3q10 -3 20 0v8q-10 3 -20 0z' }), 'store'),
      item(drawing(24, { d: 'M5 1.5h14l3.5 3v5l-3.5 3h-14l-3.5-3v-5z' }), 'provider'),
      item(drawing(24, { d: 'M6 1.5h12l4.5 5.5l-4.5 5.5h-12l-4.5-5.5z' }), 'external peer'),
      item(line('fails', 'none', 'M20 3.5L27 7L20 10.5z'), 'fails without it'),
      item(line('degrades', '5 3', 'M21 3.5L26 7L21 10.5'), 'degrades'),
      item(line('muted', '1.5 2.5', 'M21 3.5L25 7L21 10.5'), 'survives'),
      item(line('muted', 'none', 'M22 7a2.5 2.5 0 1 1 5 0a2.5 2.5 0 1 1-5 0z'), 'run by'),
      outcome('down', 'is down'), outcome('fails', 'an entry point fails'), outcome('degrades', 'degrades'), outcome('hangs', 'fails only if it hangs'),
    );
  }

  spof.legend = { draw };
})((window.spof = window.spof || {}));
