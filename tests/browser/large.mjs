// A made-up inventory of any size in the shape of a real one; the same sizes give the same inventory.

const ENTRIES = 10;
const AREAS = ['billing', 'search', 'media', 'identity', 'orders', 'mail', 'edge', 'risk', 'ledger', 'catalog', 'growth', 'ops'];
const PARTS = ['api', 'worker', 'gateway', 'sync', 'export', 'index', 'admin', 'events', 'cache', 'router', 'rules', 'reports', 'store'];
const VERBS = ['fail', 'skip', 'default', 'stale', 'failover', 'defer', 'fail_open', 'fail_closed'];

/** Numbers below a limit that look random, the same ones each time. */
function numbers() {
  let seed = 20250612;
  return (most) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 4294967296) * most);
  };
}

/** Numbers up to a limit. */
const range = (number) => Array.from({ length: number }, (_, index) => index);

/** The name of a service. */
function label(n) {
  const round = Math.floor(n / (AREAS.length * PARTS.length));
  return `${AREAS[n % AREAS.length]}-${PARTS[Math.floor(n / AREAS.length) % PARTS.length]}${round > 0 ? `-${round + 1}` : ''}`;
}

/** A service's name as Rust writes it. */
const prefix = (service) => service.replace(/-/g, '_');

/** An entry point's name. */
const entry = (n) => `GET /${PARTS[n % ENTRIES]}/${n % ENTRIES}`;

/** The stores and who runs them. */
function ground(number, random) {
  const providers = range(8).map((n) => ({ name: `provider-${n}`, stores: [], alone: [] }));
  const stores = range(number).map((n) => {
    const provider = providers[random(8)];
    const name = `${['pg', 'kv', 'queue', 'blob', 'cache'][n % 5]}-${AREAS[n % AREAS.length]}-${n}`;
    provider.stores.push(name);
    provider.alone.push(name);
    return {
      name, clients: [['sqlx', 'worker', 'lapin', 'aws-sdk', 'redis'][n % 5]], scopes: ['shared'], is_configured: true, providers: [provider.name],
      tier: n % 4, slo: n % 3 ? 99.9 : null, guard: n % 7 === 0, single: null, services: [], operations: {},
    };
  });
  return { providers, stores };
}

/** A service. */
function service(n) {
  const name = label(n);
  const entries = range(ENTRIES).map((e) => ({ name: entry(e), function: `${prefix(name)}::http::entry_${e}`, kind: 'route', file: `${name}/src/http.rs`, line: 20 + 9 * e }));
  return {
    name, owners: n % 5 ? [`team-${n % 14}`] : [], tier: n % 4, plane: n % 6 ? 'data' : 'control', slo: null, entry_points: entries,
    unseen: n % 9 ? {} : { 'a method or field that is not known': 1 + (n % 3) },
  };
}

/** What each service asks itself: a few stores, and services before it, so that there are long chains. */
function asked(services, stores, random) {
  const all = new Map();
  services.forEach(({ name }, n) => {
    const on = new Map();
    const add = (kind, its) => on.set(`${kind} ${its}`, { kind, name: its });
    range(2 + random(3)).forEach(() => add('store', stores[Math.min(random(stores.length), random(stores.length))].name));
    range(n > 0 ? random(5) : 0).forEach(() => add('service', services[random(n)].name));
    all.set(name, [...on.values()].map((it) => ({ ...it, entry: random(ENTRIES), width: 1 + random(6), isSoft: random(4) === 0 })));
  });
  return all;
}

/** The hits of an outage: entry points of the services that ask what is down, and of those that ask these. */
function strike(direct, kind, names, isProvider) {
  const all = new Map();
  for (const [name, dependencies] of direct) {
    for (const it of dependencies) {
      const below = it.kind === 'service' ? [...(all.get(it.name) || new Map()).values()] : [];
      const isDown = it.kind === kind && names.includes(it.name);
      if (!isDown && below.length === 0) {
        continue;
      }
      const isHard = !it.isSoft && (below.length === 0 || below.some((hit) => hit.outcome === 'fails'));
      const own = all.get(name) || new Map();
      all.set(name, own);
      for (const step of range(it.width)) {
        const point = entry(it.entry + step);
        if (!own.has(point) || own.get(point).outcome !== 'fails') {
          own.set(point, {
            service: name, entry_point: point, outcome: isHard ? 'fails' : 'degrades', when_hanging: 'fails', how: isHard ? null : 'undeclared: `load` goes on, and the error is dropped',
            through: below.length > 0 || isProvider ? it.name : null,
            witness: [`${name}::http::entry`, `${name}::load`, `${name}/src/load.rs:40 reads \`${it.name}\``, ...(below[0] ? below[0].witness.slice(0, 5) : [])],
          });
        }
      }
    }
  }
  return [...all.values()].flatMap((own) => [...own.values()]);
}

/** All outages, the worst first. */
function outages(direct, { providers, stores }, services) {
  const outage = (kind, name, its, hits) => {
    const fails = hits.filter((hit) => hit.outcome === 'fails');
    return { kind, name, with: its, services: new Set(fails.map((hit) => hit.service)).size, fails: fails.length, degrades: hits.length - fails.length, hits };
  };
  const names = new Set([...direct.values()].flat().filter((it) => it.kind === 'service').map((it) => it.name));
  const all = [
    ...stores.map(({ name }) => outage('store', name, [], strike(direct, 'store', [name], false))),
    ...providers.map((it) => outage('provider', it.name, it.stores, strike(direct, 'store', it.stores, true))),
    ...services.filter(({ name }) => names.has(name)).map(({ name }) => outage('service', name, [], strike(direct, 'service', [name], false))),
  ];
  return all.sort((a, b) => b.fails - a.fails || b.services - a.services || b.degrades - a.degrades || (a.name < b.name ? -1 : 1));
}

/** The call sites of a dependency. */
function sites(from, { name, isSoft }, random) {
  return range(1 + random(5)).map((n) => ({
    file: `${from}/src/load.rs`, line: 40 + 7 * n, column: 14, function: `${prefix(from)}::load::step_${n}`, store: name, operation: ['fetch_one', 'get', 'publish'][n % 3],
    class: ['query', 'read', 'publish'][n % 3], flow: isSoft ? 'dropped' : 'escapes', certainty: n % 4 ? 'certain' : 'likely',
  }));
}

/** A declaration. */
function declaration(n, from, on) {
  return {
    store: on, verb: VERBS[n % VERBS.length], status: ['declared', 'located', 'tested'][n % 3], reason: 'The page is of use without it', owner: `team-${n % 14}`,
    until: n % 4 ? null : `202${6 + (n % 3)}-12-0${1 + (n % 9)}`, via: null, to: null, max_age: null, tested_by: n % 3 === 2 ? 'outage_of_store' : null,
    file: `${from}/src/load.rs`, line: 38, on: 'load', functions: [`${prefix(from)}::load::step_0`], services: [from],
  };
}

/** How often each class of operations occurs. */
function operations(all) {
  const count = {};
  all.forEach(({ class: word }) => (count[word] = (count[word] || 0) + 1));
  return count;
}

/** The dependencies of all services, direct ones and those that only an outage shows, and what is declared about them. */
function dependencies(direct, ground, services, all, random) {
  const reach = new Map();
  for (const { kind, name, hits } of all) {
    hits.forEach((hit) => {
      const key = `${hit.service} ${kind} ${name}`;
      reach.has(key) ? reach.get(key).push(hit) : reach.set(key, [hit]);
    });
  }
  const declarations = [];
  const targets = [...ground.stores.map((it) => ['store', it]), ...services.map((it) => ['service', it])];
  const found = services.flatMap(({ name: from }) => targets.filter(([, { name }]) => name !== from).map(([kind, it]) => {
    const own = direct.get(from).find((its) => its.kind === kind && its.name === it.name);
    const hits = reach.get(`${from} ${kind} ${it.name}`) || [];
    if (!own && hits.length === 0) {
      return null;
    }
    const which = (outcome) => hits.filter((hit) => hit.outcome === outcome).map((hit) => hit.entry_point);
    const [fails, degrades, calls] = [which('fails'), which('degrades'), own ? sites(from, own, random) : []];
    const isDeclared = own !== undefined && random(3) === 0;
    isDeclared && declarations.push(declaration(declarations.length, from, it.name));
    return {
      service: from, kind, on: it.name, is_direct: own !== undefined, clients: [], operations: operations(calls), call_sites: calls, providers: it.providers || [],
      outcome: fails.length > 0 ? 'fails' : degrades.length > 0 ? 'degrades' : 'survives', start: null, fails, degrades,
      through: [...new Set(hits.map((hit) => hit.through).filter((name) => name && name !== it.name))],
      declarations: isDeclared ? [declarations.length - 1] : [], undeclared: own && !isDeclared && fails.length > 0 ? calls.map((site) => site.function) : [],
    };
  }));
  return { dependencies: found.filter(Boolean), declarations };
}

/** The inventory. */
export function large(numberOfServices, numberOfStores) {
  const random = numbers();
  const base = ground(numberOfStores, random);
  const services = range(numberOfServices).map(service);
  const direct = asked(services, base.stores, random);
  const all = outages(direct, base, services);
  const its = dependencies(direct, base, services, all, random);
  const own = its.dependencies.filter((it) => it.is_direct);
  const hard = own.filter((it) => it.fails.length > 0);
  base.stores.forEach((store) => {
    const asking = own.filter((it) => it.kind === 'store' && it.on === store.name);
    store.services = asking.map((it) => it.service);
    store.operations = operations(asking.flatMap((it) => it.call_sites));
  });
  const unseen = services.flatMap((it) => Object.values(it.unseen)).reduce((a, b) => a + b, 0);
  const status = (...some) => its.declarations.filter((it) => some.includes(it.status)).length;
  return {
    version: 1, workspace: 'large', today: '2026-11-29',
    totals: {
      services: services.length, entry_points: services.length * ENTRIES, stores: base.stores.length, providers: base.providers.length, external: 0,
      call_sites: own.reduce((sum, it) => sum + it.call_sites.length, 0), dependencies: own.length, hard: hard.length,
      soft: own.filter((it) => it.fails.length === 0 && it.degrades.length > 0).length, undeclared: hard.filter((it) => it.undeclared.length > 0).length,
      declarations: its.declarations.length, located: status('located', 'tested'), tested: status('tested'), unseen,
    },
    outages: all, ...base, services, external: [], ...its, unseen: { 'a method or field that is not known': unseen },
  };
}
