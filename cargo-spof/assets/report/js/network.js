// The network: what the graph draws. Nodes and edges of all, and what a selection does to each of them. Pure.
(function (spof) {
  'use strict';

  const { key, radius, down, isEmbedded, group } = spof.model;

  /** How many services are drawn around a selection when there are too many for one picture. */
  const MOST = 36;

  /** Up to how many nodes everything is drawn at once. */
  const ALL = 90;

  /** A name without what spelling changes: a provider and a service of one name are one. */
  function plain(name) {
    return name.toLowerCase().replace(/[_\s]/g, '-');
  }

  /** The nodes, and which node stands for which thing. A provider that is a service of the workspace shares its node. */
  function nodes(data) {
    const all = [];
    const of = new Map();
    const add = (kind, name) => {
      const node = { id: `n${all.length}`, kind, name, choose: key(kind, name), runs: false };
      all.push(node);
      of.set(node.choose, node);
      return node;
    };
    const services = new Map();
    data.services.forEach((it) => services.set(plain(it.name), add('service', it.name)));
    data.stores.filter((it) => !isEmbedded(it)).forEach((it) => add('store', it.name));
    data.external.forEach((it) => add('external', it.name));
    for (const provider of data.providers) {
      const node = services.get(plain(provider.name)) || add('provider', provider.name);
      node.choose = key('provider', provider.name);
      node.runs = node.kind === 'service';
      of.set(node.choose, node);
    }
    return { all, of };
  }

  /** The edges: direct dependencies, and who runs the stores. */
  function edges(model, of) {
    const all = [];
    const add = (from, to, outcome) => {
      if (from && to && from !== to) {
        all.push({ id: `e${all.length}`, from: from.id, to: to.id, outcome, runs: outcome === 'runs' });
      }
    };
    for (const row of model.direct.filter((it) => it.severity !== 'inside')) {
      const { service, kind, on } = row.dependency;
      add(of.get(key('service', service)), of.get(key(kind, on)), row.severity);
    }
    for (const store of model.data.stores) {
      store.providers.forEach((name) => add(of.get(key('store', store.name)), of.get(key('provider', name)), 'runs'));
    }
    return all;
  }

  /** The network of a model. */
  function network(model) {
    const { all, of } = nodes(model.data);
    const links = edges(model, of);
    return {
      model, of, nodes: all, edges: links, byId: new Map(all.map((it) => [it.id, it])),
      out: group(links, (it) => it.from), isLarge: all.length > ALL,
    };
  }

  /** The nodes of what is down. */
  function ofDown(net, thing) {
    return [...down(thing)].map((id) => net.of.get(id)).filter(Boolean);
  }

  /**
   * What a selection does: a word for each node that it concerns (`down`, `fails`, `degrades`, `hangs`, `via`, `needs`), and the
   * edges along which it gets there.
   */
  function marks(net, thing) {
    const words = new Map(ofDown(net, thing).map((node) => [node.id, 'down']));
    const along = new Set();
    const hit = radius(thing.outage);
    const mark = (id, word) => words.has(id) || words.set(id, word);
    for (const { service, outcome } of hit) {
      const node = net.of.get(key('service', service));
      node && mark(node.id, outcome);
    }
    hit.forEach((its) => follow(net, its, words, along));
    for (const edge of net.edges) {
      if (edge.runs && words.has(edge.from) && words.has(edge.to)) {
        along.add(edge.id);
      }
    }
    if (thing.kind === 'service') {
      for (const edge of net.out.get((net.of.get(thing.id) || {}).id) || []) {
        mark(edge.to, 'needs');
        along.add(edge.id);
      }
    }
    return { words, along };
  }

  /** The edges through which a service is hit: what its hits name, or what is down itself. */
  function follow(net, its, words, along) {
    const node = net.of.get(key('service', its.service));
    const hits = [...its.fails, ...its.degrades, ...its.hangs];
    const through = new Set(hits.map((hit) => hit.through).filter((name) => name !== null));
    for (const edge of (node && net.out.get(node.id)) || []) {
      const to = net.byId.get(edge.to);
      const runners = to.kind === 'store' ? net.model.stores.get(to.name).providers : [];
      // A store that is run by a service may go by that service's name.
      const isThrough = through.has(to.name) || runners.some((name) => through.has(name));
      if (!edge.runs && (isThrough || words.get(to.id) === 'down')) {
        words.has(to.id) || words.set(to.id, 'via');
        along.add(edge.id);
      }
    }
  }

  /** How far each node is from what is down, along the edges of a selection, the nearest first; only so many services. */
  function distances(net, { words, along }) {
    const into = group(net.edges.filter((edge) => along.has(edge.id)), (edge) => edge.to);
    const rank = new Map([...words.keys()].map((id, index) => [id, index]));
    let tier = net.nodes.filter((node) => words.get(node.id) === 'down');
    const far = new Map(tier.map((node) => [node.id, 0]));
    let left = MOST;
    let step = 0;
    while (tier.length > 0) {
      const next = new Set(tier.flatMap((node) => into.get(node.id) || []).map((edge) => net.byId.get(edge.from)));
      const fresh = [...next].filter((node) => !far.has(node.id));
      const services = fresh.filter((node) => node.kind === 'service');
      services.sort((a, b) => rank.get(a.id) - rank.get(b.id)).splice(left);
      left -= services.length;
      tier = [...services, ...fresh.filter((node) => node.kind !== 'service')];
      step += 1;
      tier.forEach((node) => far.set(node.id, step));
    }
    return far;
  }

  /** The part of a network that a selection concerns: what is nearest to it, with the shortest ways, and what it needs itself. */
  function part(net, its) {
    const far = distances(net, its);
    const isNeed = (id) => its.words.get(id) === 'needs';
    const isShort = ({ from, to, runs }) => isNeed(to) || far.get(from) === far.get(to) + 1 || (runs && far.get(from) === 0 && far.get(to) === 0);
    const edges = net.edges.filter((edge) => its.along.has(edge.id) && isShort(edge));
    return { nodes: net.nodes.filter((it) => far.has(it.id) || isNeed(it.id)), edges };
  }

  /** How many services that a selection hits are not in a part of the network. */
  function missing(net, its, nodes) {
    const drawn = new Set(nodes.map((node) => node.id));
    return net.nodes.filter((node) => node.kind === 'service' && its.words.has(node.id) && !drawn.has(node.id)).length;
  }

  spof.network = { network, marks, part, missing };
})((window.spof = window.spof || {}));
