// What a page should show, from the inventory alone.

/** What identifies a thing that can be down. */
export const key = ({ kind, name }) => `${kind}:${name}`;

/** What becomes of a service without a dependency. */
export function severity({ fails, degrades, start, outcome }) {
  if (fails.length > 0 || start === 'fails') {
    return 'hard';
  }
  return degrades.length > 0 ? 'soft' : outcome === null ? 'inside' : 'none';
}

/** What was decided about a dependency. */
export function decided({ undeclared, declarations }) {
  return undeclared.length > 0 ? 'undeclared' : declarations.length > 0 ? 'declared' : 'none';
}

/** How a dependency is reached. */
export const reach = ({ is_direct }) => (is_direct ? 'direct' : 'indirect');

/** The owners of the service that has a dependency. */
export function owners(dependency, { services }) {
  return services.filter((it) => it.name === dependency.service).flatMap((it) => it.owners);
}

/** All texts of a dependency that are searched. */
function searched(it, { declarations }) {
  const sites = it.call_sites.flatMap((site) => [site.file, site.function, site.operation]);
  const declared = it.declarations.map((index) => declarations[index]).flatMap(({ verb, owner, reason, file }) => [verb, owner, reason, file]);
  const lists = [it.providers, it.clients, Object.keys(it.operations), it.fails, it.degrades, it.undeclared, sites, declared];
  return [it.service, it.on, it.kind, ...lists.flat()].filter((text) => text !== null).map((text) => text.toLowerCase());
}

/** The dependencies, by number, for which something holds. */
export function those(data, holds) {
  return data.dependencies.map((it, index) => [it, index]).filter(([it]) => holds(it)).map(([, index]) => index);
}

/** The direct dependencies that have all words of a search. */
export function found(data, query) {
  const words = query.toLowerCase().split(' ').filter(Boolean);
  return those(data, (it) => it.is_direct && words.every((word) => searched(it, data).some((text) => text.includes(word))));
}

/** The columns: by what each sorts. */
export const COLUMNS = {
  service: (it) => it.service.toLowerCase(),
  on: (it) => it.on.toLowerCase(),
  kind: (it) => it.kind,
  operations: (it) => Object.entries(it.operations).map(([word, number]) => `${word} ${number}`).join(', '),
  providers: (it) => it.providers.join(', ').toLowerCase(),
  outcome: (it) => [['inside', 'none', 'soft', 'hard'].indexOf(severity(it)), it.fails.length, it.degrades.length],
  declaration: (it) => ['undeclared', 'declared', 'none'].indexOf(decided(it)),
  sites: (it) => it.call_sites.length,
};

/** Compares texts, numbers, and lists of numbers. */
export function compare(a, b) {
  if (Array.isArray(a)) {
    const index = a.findIndex((it, at) => it !== b[at]);
    return index < 0 ? 0 : a[index] - b[index];
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The outages that hit something. Those of one name that hit the same are one line. */
export function ranking({ outages }) {
  const all = [];
  for (const it of outages.filter((outage) => outage.fails + outage.degrades > 0)) {
    const twin = all.find(({ outage }) => outage.name === it.name && hits(outage).join() === hits(it).join());
    twin ? twin.kinds.push(it.kind) : all.push({ outage: it, kinds: [it.kind] });
  }
  return all;
}

/** The hits of an outage as the panel lists them, in a fixed order. */
export function hits(outage) {
  const all = outage ? outage.hits : [];
  return all.map((it) => JSON.stringify([it.service, it.entry_point, it.outcome])).sort();
}

/** Everything that can be chosen, with its outage. */
export function things({ providers, stores, services, external, outages }) {
  const lists = { provider: providers, store: stores, service: services, external };
  const listed = Object.entries(lists).flatMap(([kind, all]) => all.map(({ name }) => ({ kind, name })));
  const unlisted = outages.filter((it) => !listed.some((thing) => key(thing) === key(it)));
  const all = [...listed, ...unlisted.map(({ kind, name }) => ({ kind, name }))];
  return all.map((it) => ({ ...it, id: key(it), outage: outages.find((outage) => key(outage) === key(it)) || null }));
}
