// The layout of the graph: rows from the top, so that everything rests on what is below it. Pure, and the same for the same graph.
//
// In: nodes with their widths and edges from who depends to what is depended on. Out: a place for each node, and the ways of the edges.
// Nodes are put into layers by the longest way down, ordered within them to have few crossings, and wide layers become several rows.
(function (spof) {
  'use strict';

  /** Height of a node, and the spaces between. */
  const SIZE = { height: 28, gap: 18, way: 9, row: 52, layer: 66, margin: 24 };

  /** How often the layers are ordered by their neighbours. */
  const SWEEPS = 16;

  /** Whether there is a way between two nodes. */
  function reaches(next, from, to) {
    const seen = new Set([from]);
    const todo = [from];
    while (todo.length > 0) {
      const node = todo.pop();
      if (node === to) {
        return true;
      }
      for (const other of next.get(node)) {
        if (!seen.has(other)) {
          seen.add(other);
          todo.push(other);
        }
      }
    }
    return false;
  }

  /**
   * The graph without cycles: who leads to whom. An edge that would close one is left out of it; what runs a store is asked last,
   * as who uses a store stands above it first of all.
   */
  function acyclic(nodes, edges) {
    const next = new Map(nodes.map((node) => [node.id, []]));
    const ordered = [...edges.filter((edge) => !edge.runs), ...edges.filter((edge) => edge.runs)];
    for (const { from, to } of ordered) {
      if (!reaches(next, to, from)) {
        next.get(from).push(to);
      }
    }
    return next;
  }

  /** The longest way down from each node. */
  function levels(nodes, next) {
    const level = new Map();
    const of = (id) => {
      if (!level.has(id)) {
        level.set(id, next.get(id).reduce((most, other) => Math.max(most, of(other) + 1), 0));
      }
      return level.get(id);
    };
    nodes.forEach((node) => of(node.id));
    return level;
  }

  /** Layers of nodes from the top. What nothing is tied to stands on top: nothing rests on it, and it rests on nothing. */
  function layers(nodes, edges) {
    const level = levels(nodes, acyclic(nodes, edges));
    const tied = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const top = Math.max(0, ...level.values());
    const rows = Array.from({ length: top + 1 }, () => []);
    nodes.forEach((node) => rows[tied.has(node.id) ? top - level.get(node.id) : 0].push(node));
    return rows.filter((row) => row.length > 0);
  }

  /** The neighbours of each node, each as often as there are edges; ways through rows count more, so that they become straight. */
  function neighbours(nodes, edges) {
    const all = new Map(nodes.map((node) => [node.id, []]));
    edges.forEach(({ from, to, weight }) => {
      all.get(from).push({ id: to, weight: weight || 1 });
      all.get(to).push({ id: from, weight: weight || 1 });
    });
    return all;
  }

  /** The mean of what `of` says of a node's neighbours; without any, what it says of the node. */
  function mean(node, near, of) {
    const its = near.get(node.id);
    const total = its.reduce((sum, it) => sum + it.weight, 0);
    return total === 0 ? of(node.id) : its.reduce((sum, it) => sum + it.weight * of(it.id), 0) / total;
  }

  /** Orders each layer by the mean place of the neighbours, downwards and upwards in turn. */
  function order(rows, near) {
    const at = new Map();
    const note = (row) => row.forEach((node, index) => at.set(node.id, (index + 0.5) / row.length));
    rows.forEach(note);
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      const turn = sweep % 2 ? [...rows].reverse() : rows;
      for (const row of turn) {
        const wish = new Map(row.map((node) => [node.id, mean(node, near, (id) => at.get(id))]));
        row.sort((a, b) => wish.get(a.id) - wish.get(b.id) || (a.id < b.id ? -1 : 1));
        note(row);
      }
    }
  }

  /** How many crossings edges of two nodes of a row make, when the one stands before the other. */
  function crossings(before, after, near, at) {
    let number = 0;
    for (const one of near.get(before.id)) {
      for (const other of near.get(after.id)) {
        const [a, b] = [at.get(one.id), at.get(other.id)];
        number += a.row === b.row && a.index > b.index ? 1 : 0;
      }
    }
    return number;
  }

  /** Swaps neighbours in a row as long as that takes crossings away. */
  function untangle(rows, near) {
    const at = new Map();
    rows.forEach((row, number) => row.forEach((node, index) => at.set(node.id, { row: number, index })));
    for (let sweep = 0, isBetter = true; isBetter && sweep < SWEEPS; sweep += 1) {
      isBetter = false;
      for (const row of rows) {
        for (let index = 1; index < row.length; index += 1) {
          const [left, right] = [row[index - 1], row[index]];
          if (crossings(left, right, near, at) > crossings(right, left, near, at)) {
            [row[index - 1], row[index]] = [right, left];
            at.get(right.id).index = index - 1;
            at.get(left.id).index = index;
            isBetter = true;
          }
        }
      }
    }
  }

  /** The width that a node takes, with the space to the next. */
  function room(node) {
    return node.width + (node.isWay ? SIZE.way : SIZE.gap);
  }

  /** The width that nodes take side by side. */
  function span(row) {
    return row.reduce((sum, node) => sum + room(node), -SIZE.gap);
  }

  /** Splits a layer that is too wide into rows, whose nodes take turns; some of the width is left to the edges that pass. */
  function split(row, width) {
    const number = Math.max(1, Math.ceil(span(row) / (width * 0.8)));
    const rows = Array.from({ length: number }, (_, index) => row.filter((_, at) => at % number === index));
    return rows.map((nodes, index) => ({ nodes, above: index > 0 ? SIZE.row : SIZE.layer }));
  }

  /**
   * Leads edges through the rows that they pass: each takes a place there, as if it were a narrow node, so that it runs between the
   * nodes. Returns the edges in pieces from row to row, and the places of each whole one.
   */
  function thread(rows, edges) {
    const at = new Map(rows.flatMap(({ nodes }, index) => nodes.map((node) => [node.id, index])));
    const pieces = [];
    const ways = new Map();
    for (const edge of edges) {
      const [first, last] = [at.get(edge.from), at.get(edge.to)];
      const step = first < last ? 1 : -1;
      let from = edge.from;
      for (let index = first + step; index !== last; index += step) {
        const id = `${edge.id}/${index}`;
        rows[index].nodes.push({ id, width: 2, isWay: true });
        ways.set(edge.id, [...(ways.get(edge.id) || []), id]);
        pieces.push({ from, to: id, weight: from === edge.from ? 1 : 6 });
        from = id;
      }
      pieces.push({ from, to: edge.to });
    }
    return { pieces, ways };
  }

  /**
   * Places for a row, in its order and without overlap, as near as can be to what each node wishes: neighbours that would overlap
   * become a block whose wishes are averaged.
   */
  function spread(row, wishes, width) {
    const offsets = [];
    row.reduce((sum, node, index) => {
      offsets[index] = sum + node.width / 2;
      return sum + room(node);
    }, 0);
    const slack = Math.max(0, width - span(row));
    const blocks = [];
    row.forEach((node, index) => {
      const number = node.isWay ? 3 : 1;
      blocks.push({ sum: number * (wishes[index] - offsets[index]), number, size: 1 });
      while (blocks.length > 1 && value(blocks[blocks.length - 2]) >= value(blocks[blocks.length - 1])) {
        const last = blocks.pop();
        blocks[blocks.length - 1].sum += last.sum;
        blocks[blocks.length - 1].number += last.number;
        blocks[blocks.length - 1].size += last.size;
      }
    });
    const shifts = blocks.flatMap((block) => Array(block.size).fill(Math.min(slack, Math.max(0, value(block)))));
    return shifts.map((shift, index) => shift + offsets[index]);
  }

  /** What a block of nodes wishes. */
  function value(block) {
    return block.sum / block.number;
  }

  /** The horizontal places of all rows. */
  function columns(rows, near, width) {
    const x = new Map();
    const apply = (row, places) => row.forEach((node, index) => x.set(node.id, places[index]));
    // At first each row is spread evenly; then it follows its neighbours.
    for (const row of rows) {
      apply(row, spread(row, row.map((_, index) => ((index + 0.5) / row.length) * width), width));
    }
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      for (const row of sweep % 2 ? [...rows].reverse() : rows) {
        apply(row, spread(row, row.map((node) => mean(node, near, (id) => x.get(id))), width));
      }
    }
    return x;
  }

  /** Places for all nodes, within a width as far as that is possible, and for each edge the places that it passes. */
  function layout(nodes, edges, width) {
    const tiers = layers(nodes, edges);
    order(tiers, neighbours(nodes, edges));
    const rows = tiers.flatMap((tier) => split(tier, width));
    const { pieces, ways } = thread(rows, edges);
    const lines = rows.map((row) => row.nodes);
    const near = neighbours(lines.flat(), pieces);
    order(lines, near);
    untangle(lines, near);
    const widest = Math.max(width, ...lines.map(span));
    const x = columns(lines, near, widest);
    const places = new Map();
    let y = SIZE.margin - SIZE.layer;
    for (const row of rows) {
      y += row.above;
      row.nodes.forEach((node) => places.set(node.id, { x: x.get(node.id), y }));
    }
    const passed = new Map([...ways].map(([edge, ids]) => [edge, ids.map((id) => places.get(id))]));
    return { places, passed, width: widest, height: y + SIZE.margin };
  }

  spof.layout = { SIZE, layout };
})((window.spof = window.spof || {}));
