// The model: the inventory with indexes over it, built once. Nothing here touches the page.
(function (spof) {
  'use strict';

  /** The order in which kinds are listed. */
  const KINDS = ['provider', 'store', 'service', 'external'];

  /** What identifies a thing that can be down: one name may be of several kinds. */
  function key(kind, name) {
    return `${kind}:${name}`;
  }

  /** What fails without a dependency: `hard`, `soft`, `none`, or `inside` where it is in the service's own process. */
  function severity(dependency) {
    if (dependency.fails.length > 0 || dependency.start === 'fails') {
      return 'hard';
    }
    if (dependency.degrades.length > 0) {
      return 'soft';
    }
    return dependency.outcome === null ? 'inside' : 'none';
  }

  /** Items by what `of` says of each. */
  function group(items, of) {
    const groups = new Map();
    for (const item of items) {
      const its = of(item);
      groups.has(its) ? groups.get(its).push(item) : groups.set(its, [item]);
    }
    return groups;
  }

  /** An index of things by name. */
  function byName(items) {
    return new Map(items.map((item) => [item.name, item]));
  }

  /** The days from one day to another, both as `2027-03-31`; NaN where one of them is no day. */
  function days(from, to) {
    return Math.round((Date.parse(to) - Date.parse(from)) / 86400000);
  }

  /** How a day stands to today: `passed`, `soon` (within 30 days), or an empty text. */
  function due(until, today) {
    const left = until ? days(today, until) : NaN;
    return left < 0 ? 'passed' : left <= 30 ? 'soon' : '';
  }

  /** A dependency as the table has it: what is searched and sorted is computed once. */
  function row(dependency, data, services) {
    const declared = dependency.declarations.map((index) => data.declarations[index]).filter(Boolean);
    const service = services.get(dependency.service);
    const words = [
      dependency.service, dependency.on, dependency.kind, ...dependency.providers, ...dependency.clients,
      ...Object.keys(dependency.operations), ...dependency.fails, ...dependency.degrades, ...dependency.undeclared,
      ...dependency.call_sites.flatMap((site) => [site.file, site.function, site.operation]),
      ...declared.flatMap((it) => [it.verb, it.owner, it.reason, it.file]),
    ];
    return {
      dependency,
      declared,
      service,
      severity: severity(dependency),
      entries: service ? service.entry_points.length : 0,
      declaration: dependency.undeclared.length > 0 ? 'undeclared' : declared.length > 0 ? 'declared' : 'none',
      text: words.join('\n').toLowerCase(),
    };
  }

  /** Everything that can be chosen, with its outage where it has one. */
  function things(data, outages) {
    const all = new Map();
    const add = (kind, item) => {
      const id = key(kind, item.name);
      all.set(id, { id, kind, name: item.name, item, outage: outages.get(id) || null });
    };
    data.providers.forEach((it) => add('provider', it));
    data.stores.forEach((it) => add('store', it));
    data.services.forEach((it) => add('service', it));
    data.external.forEach((it) => add('external', it));
    // An outage of something that no list has is still an outage.
    data.outages.filter((it) => !all.has(key(it.kind, it.name))).forEach((it) => add(it.kind, it));
    return all;
  }

  /** The outage that stands for the worst: the first of a store or provider; at a tie the provider, which has the store. */
  function worst(data) {
    const shared = data.outages.filter((it) => it.kind === 'store' || it.kind === 'provider');
    const first = shared[0] || data.outages[0];
    if (!first || first.fails + first.degrades === 0) {
      return null;
    }
    const tied = (it) => it.kind === 'provider' && it.fails === first.fails && it.services === first.services && it.degrades === first.degrades;
    return shared.find(tied) || first;
  }

  /**
   * The outages that hit something, each with its kinds. A provider that is a service of the workspace, and the like, have two of the
   * same name: where they hit the same, the second one is left out, and the first has both kinds.
   */
  function ranked(outages) {
    const all = [];
    const twins = new Map();
    for (const it of outages.filter((outage) => outage.fails + outage.degrades > 0)) {
      const hits = it.hits.map((hit) => JSON.stringify([hit.service, hit.entry_point, hit.outcome])).sort();
      const id = JSON.stringify([it.name, hits]);
      const twin = twins.get(id);
      if (twin) {
        twin.kinds.push(it.kind);
      } else {
        const entry = { outage: it, kinds: [it.kind] };
        all.push(entry);
        twins.set(id, entry);
      }
    }
    return all;
  }

  /** What an outage does to each service, the worst first. */
  function radius(outage) {
    const services = [];
    for (const [service, hits] of group(outage ? outage.hits : [], (hit) => hit.service)) {
      const fails = hits.filter((hit) => hit.outcome === 'fails');
      const degrades = hits.filter((hit) => hit.outcome === 'degrades');
      const hangs = hits.filter((hit) => hit.outcome === 'survives');
      const outcome = fails.length > 0 ? 'fails' : degrades.length > 0 ? 'degrades' : 'hangs';
      services.push({ service, fails, degrades, hangs, outcome });
    }
    const rank = (it) => [it.fails.length, it.degrades.length, it.hangs.length];
    services.sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || (a.service < b.service ? -1 : 1);
    });
    return services;
  }

  /** What is down in an outage, as keys: the thing, and the stores that have no provider left. */
  function down(thing) {
    const stores = thing.outage ? thing.outage.with : [];
    return new Set([thing.id, ...stores.map((name) => key('store', name))]);
  }

  /** Whether a store is in the process of its service, and nowhere else. */
  function isEmbedded(store) {
    return store.scopes.length === 1 && store.scopes[0] === 'embedded';
  }

  /** The model of an inventory. */
  function model(data) {
    const services = byName(data.services);
    const outages = new Map(data.outages.map((it) => [key(it.kind, it.name), it]));
    const rows = data.dependencies.map((it) => row(it, data, services));
    return {
      data,
      rows,
      services,
      stores: byName(data.stores),
      providers: byName(data.providers),
      things: things(data, outages),
      worst: worst(data),
      ranked: ranked(data.outages),
      direct: rows.filter((it) => it.dependency.is_direct),
      needs: group(rows.filter((it) => it.dependency.is_direct), (it) => it.dependency.service),
      owners: [...new Set(data.services.flatMap((it) => it.owners))].sort(),
    };
  }

  spof.model = { KINDS, key, severity, group, due, radius, down, isEmbedded, model };
})((window.spof = window.spof || {}));
