// The graph: the network drawn by cytoscape. Everything in it can be reached through the list above it as well.
(function (spof) {
  'use strict';

  const { shown, short, count, MARKS } = spof.text;
  const { SIZE, layout } = spof.layout;
  const byId = (id) => document.getElementById(id);

  const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

  /** How many characters of a name fit into a node. */
  const LABEL = 24;

  /** How far beside the middle of a node an edge upwards begins and ends: another one may lead down there. */
  const BESIDE = 14;

  /** How far an edge runs straight, as a bend begins: from a node, and from the middle of a row that it passes. */
  const REACH = { end: 20, inner: 8, outer: 20 };

  /** The shape of each kind. */
  const SHAPES = { service: 'round-rectangle', store: 'barrel', external: 'hexagon', provider: 'cut-rectangle' };

  let cy = null;
  let net = null;
  let some = null;
  let drawn = null;

  /** The width of a label, by the browser's own measure. */
  const measure = (() => {
    let context = null;
    return (text) => {
      context = context || document.createElement('canvas').getContext('2d');
      context.font = `500 12px ${FONT}`;
      return context.measureText(text).width;
    };
  })();

  /** A colour of the style sheet. */
  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  /** The style of nodes: a shape for each kind; outcomes by border, fill and a mark in the label. */
  function nodeStyle() {
    const state = (word, fill, border, extra) => ({
      selector: `node.${word}`,
      style: { 'background-color': color(fill), 'border-color': color(border), 'border-width': 2, opacity: 1, ...extra },
    });
    return [
      {
        selector: 'node',
        style: {
          shape: 'data(shape)', width: 'data(width)', height: SIZE.height, label: 'data(label)', color: color('ink'),
          'font-family': FONT, 'font-size': 12, 'font-weight': 500, 'text-valign': 'center', 'text-halign': 'center',
          'background-color': color('node'), 'border-width': 1, 'border-color': color('node-line'), 'corner-radius': 6,
          'overlay-opacity': 0, 'transition-duration': 0,
        },
      },
      { selector: 'node.runs', style: { 'border-style': 'double', 'border-width': 3 } },
      { selector: 'node.faded', style: { opacity: 0.22 } },
      state('needs', 'node', 'node-line', {}),
      state('via', 'node', 'ink', { 'border-width': 1.5 }),
      state('hangs', 'node', 'muted', { 'border-style': 'dotted' }),
      state('degrades', 'degrades-tint', 'degrades', { 'border-style': 'dashed', color: color('degrades') }),
      state('fails', 'fails-tint', 'fails', { 'border-style': 'solid', color: color('fails') }),
      state('down', 'ink', 'ink', { color: color('paper'), 'font-weight': 700 }),
      { selector: 'node.hover', style: { 'underlay-color': color('accent'), 'underlay-opacity': 0.25, 'underlay-padding': 4 } },
    ];
  }

  /** The style of edges: by outcome, in colour, dashes and arrow. */
  function edgeStyle() {
    const state = (word, name, style) => ({ selector: `edge.${word}`, style: { 'line-color': color(name), 'target-arrow-color': color(name), ...style } });
    return [
      {
        selector: 'edge',
        style: {
          width: 1.25, 'arrow-scale': 0.75, 'overlay-opacity': 0, opacity: 0.6,
          'curve-style': 'unbundled-bezier', 'edge-distances': 'endpoints', 'control-point-distances': 'data(distances)',
          'control-point-weights': 'data(weights)',
        },
      },
      { selector: 'edge.downwards', style: { 'source-endpoint': '0px 50%', 'target-endpoint': '0px -50%' } },
      { selector: 'edge.upwards', style: { 'source-endpoint': `${BESIDE}px -50%`, 'target-endpoint': `${BESIDE}px 50%` } },
      state('hard', 'fails', { 'target-arrow-shape': 'triangle' }),
      state('soft', 'degrades', { 'target-arrow-shape': 'vee', 'line-style': 'dashed', 'line-dash-pattern': [6, 3] }),
      state('none', 'muted', { 'target-arrow-shape': 'chevron', 'line-style': 'dotted' }),
      state('runs', 'muted', { 'target-arrow-shape': 'circle', 'arrow-scale': 0.6, width: 1, 'line-style': 'solid' }),
      { selector: 'edge.faded', style: { opacity: 0.07 } },
      { selector: 'edge.along', style: { opacity: 1, width: 1.75 } },
    ];
  }

  /** The label of a node: its name, with the mark of what becomes of it. */
  function label(node, word) {
    const mark = MARKS[word];
    return (mark ? mark + ' ' : '') + short(node.name, LABEL);
  }

  /** A node for cytoscape; its width has room for a mark, so that nothing moves when something is selected. */
  function element(node) {
    const width = Math.ceil(Math.max(56, measure('◐ ' + short(node.name, LABEL)) + (node.kind === 'service' ? 20 : 30)));
    return {
      group: 'nodes', classes: node.runs ? 'runs' : '',
      data: { id: node.id, label: label(node, ''), shape: SHAPES[node.kind], width, choose: node.choose },
    };
  }

  /**
   * How an edge bends: it leaves a node vertically, passes between the nodes of other rows, and arrives vertically. All points that pull
   * at the curve lie between two rows, or on the way through one, so that no edge runs behind a node that is not its own. Cytoscape
   * wants them relative to the straight line.
   */
  function bend(edge, places, passed) {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    const [side, beside] = to.y > from.y ? [1, 0] : [-1, BESIDE];
    const start = { x: from.x + beside, y: from.y + (side * SIZE.height) / 2 };
    const [dx, dy] = [to.x - from.x, to.y - from.y - side * SIZE.height];
    const reach = side * Math.min(Math.abs(dy) / 2, REACH.end);
    const through = ({ x, y }) => [-REACH.outer, -REACH.inner, REACH.inner, REACH.outer].map((off) => ({ x, y: y + side * off }));
    const points = [{ x: start.x, y: start.y + reach }, ...passed.flatMap(through), { x: start.x + dx, y: start.y + dy - reach }];
    const length = Math.hypot(dx, dy);
    const offsets = points.map(({ x, y }) => [x - start.x, y - start.y]);
    return {
      distances: offsets.map(([x, y]) => (y * dx - x * dy) / length),
      weights: offsets.map(([x, y]) => (x * dx + y * dy) / (length * length)),
    };
  }

  /** Draws the part of the network that is to be seen, in place of what is there. */
  function draw() {
    const canvas = byId('canvas');
    canvas.hidden = false;
    const elements = some.nodes.map(element);
    const width = Math.max(320, canvas.parentElement.clientWidth - 2 * SIZE.margin);
    const boxes = elements.map((it) => ({ id: it.data.id, width: it.data.width }));
    const its = layout(boxes, some.edges, width);
    elements.forEach((it) => (it.position = { ...its.places.get(it.data.id) }));
    const links = some.edges.map((edge) => {
      const isDown = its.places.get(edge.to).y > its.places.get(edge.from).y;
      const classes = `${edge.outcome} ${isDown ? 'downwards' : 'upwards'}`;
      return { group: 'edges', classes, data: { id: edge.id, source: edge.from, target: edge.to, ...bend(edge, its.places, its.passed.get(edge.id) || []) } };
    });
    canvas.style.height = `${Math.round(Math.min(820, Math.max(300, its.height + 16)))}px`;
    cy.resize();
    cy.elements().remove();
    cy.add([...elements, ...links]);
    fit();
  }

  /** Shows all that is drawn; small graphs are not blown up. */
  function fit() {
    cy.fit(cy.elements(), 16);
    if (cy.zoom() > 1) {
      cy.zoom(1);
      cy.center();
    }
  }

  /** Shows the blast radius of a thing, or with null the whole network. */
  function select(thing) {
    if (!cy) {
      return;
    }
    const its = thing ? spof.network.marks(net, thing) : null;
    const want = net.isLarge ? (its ? thing.id : '') : 'all';
    if (want !== drawn) {
      some = !net.isLarge ? net : its ? spof.network.part(net, its) : { nodes: [], edges: [] };
      draw();
      drawn = want;
    }
    cy.batch(() => paint(its));
    note(thing, its);
  }

  /** Gives each node and edge the look of what becomes of it. */
  function paint(its) {
    const words = ['down', 'fails', 'degrades', 'hangs', 'via', 'needs', 'faded'];
    cy.nodes().forEach((node) => {
      const word = its ? its.words.get(node.id()) || 'faded' : '';
      node.removeClass(words.join(' ')).addClass(word);
      node.data('label', label(net.byId.get(node.id()), word));
    });
    cy.edges().forEach((edge) => {
      const isAlong = its !== null && its.along.has(edge.id());
      edge.toggleClass('along', isAlong).toggleClass('faded', its !== null && !isAlong);
    });
  }

  /** Says what is not drawn. */
  function note(thing, its) {
    const inside = net.model.data.stores.filter(spof.model.isEmbedded).map((it) => it.name);
    const says = [];
    if (net.nodes.length === 0) {
      says.push('There is nothing to draw: no service and no store was found.');
    } else if (net.isLarge && !thing) {
      says.push(`${count(net.nodes.length, 'node')} are too many for one picture. Choose what is down, and only its blast radius is drawn.`);
    } else if (its && its.words.size === 0) {
      says.push(`${shown(thing.name)} is not drawn: it lives in the process of its service.`);
    }
    const left = its ? spof.network.missing(net, its, some.nodes) : 0;
    if (left > 0) {
      says.push(`Drawn are the services nearest to it, each with the shortest way; the list has ${count(left, 'more', 'more')}.`);
    }
    if (!net.isLarge && !thing && inside.length > 0) {
      says.push(`Not drawn, as it lives in the process of its service: ${spof.text.list(inside)}.`);
    }
    byId('stage-note').textContent = says.join(' ');
    byId('canvas').hidden = cy.nodes().empty();
  }

  /** Makes the drawing answer to the pointer. The wheel scrolls the page; with Ctrl it zooms. */
  function listen(choose) {
    const canvas = byId('canvas');
    cy.on('tap', 'node', (event) => choose(event.target.data('choose')));
    cy.on('tap', (event) => event.target === cy && choose(''));
    cy.on('mouseover', 'node', (event) => {
      event.target.addClass('hover');
      canvas.title = shown(net.byId.get(event.target.id()).name);
      canvas.style.cursor = 'pointer';
    });
    cy.on('mouseout', 'node', (event) => {
      event.target.removeClass('hover');
      canvas.removeAttribute('title');
      canvas.style.cursor = '';
    });
    canvas.addEventListener('wheel', (event) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoom(Math.exp(-event.deltaY / 300));
      }
    }, { passive: false });
    byId('zoom-in').addEventListener('click', () => zoom(1.25));
    byId('zoom-out').addEventListener('click', () => zoom(0.8));
    byId('zoom-fit').addEventListener('click', fit);
  }

  /** Zooms about the middle. */
  function zoom(factor) {
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  /** Takes over the colours of the style sheet, after the theme has changed. */
  function restyle() {
    if (cy) {
      cy.style().fromJson([...nodeStyle(), ...edgeStyle()]).update();
    }
  }

  /** Draws all anew when the width has changed. */
  function follow() {
    const stage = byId('canvas').parentElement;
    let width = stage.clientWidth;
    let timer = 0;
    new ResizeObserver(() => {
      const now = stage.clientWidth;
      if (now !== width && now > 0) {
        width = now;
        clearTimeout(timer);
        timer = setTimeout(() => {
          drawn = null;
          spof.main.show();
        }, 150);
      }
    }).observe(stage);
  }

  /** Makes the graph of a model. `choose` is called with the key of what is clicked, or an empty text. */
  function create(model, choose) {
    net = spof.network.network(model);
    cy = spof.cy = window.cytoscape({
      container: byId('canvas'), elements: [], style: [...nodeStyle(), ...edgeStyle()], layout: { name: 'preset' },
      autoungrabify: true, autounselectify: true, boxSelectionEnabled: false, userZoomingEnabled: false, minZoom: 0.2, maxZoom: 2.5,
    });
    listen(choose);
    follow();
  }

  spof.graph = { create, select, restyle };
})((window.spof = window.spof || {}));
