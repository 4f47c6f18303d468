// The table of dependencies: its search, filters, order, pages and details.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLUMNS, compare, decided, found, owners, reach, severity, those } from './expected.mjs';
import { hostile, incident, other, pages, rows, set, visit, words } from './page.mjs';
import { declared } from './samples.mjs';

const sample = declared(incident().data);
const direct = those(sample, (it) => it.is_direct);

/** Numbers in ascending order. */
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

/** Checks that the rows of all pages are these, in whatever order, and that the page says how many there are. */
async function shows(page, data, wanted) {
  assert.match(await page.textContent('#count'), new RegExp(`^${wanted.length} of ${data.dependencies.length} dependenc`));
  assert.deepEqual(sorted(await pages(page)), wanted);
}

test('at first all direct dependencies are there, each with what the inventory says', async () => {
  await visit(other(sample), {}, async (page) => {
    await shows(page, sample, direct);
    await page.selectOption('#pages select', '100');
    const texts = await page.$$eval('#table tr.row', (all) => all.map((row) => [...row.children].map((it) => it.textContent)));
    const numbers = await rows(page);
    assert.equal(numbers.length, direct.length);
    numbers.forEach((number, index) => {
      const it = sample.dependencies[number];
      const [service, on, kind, operations, providers, outcome, declaration, sites] = texts[index];
      assert.deepEqual([service, on, kind, operations], [it.service, it.on, it.kind, COLUMNS.operations(it)]);
      assert.equal(providers, it.providers.join(', ') || '–');
      assert.equal(Number(sites.replace('–', '0')), it.call_sites.length);
      const entries = sample.services.find(({ name }) => name === it.service).entry_points.length;
      const says = (list, verb) => list.length === 0 || new RegExp(`(^|\\D)${list.length} of ${entries} ${verb}`).test(outcome);
      assert.ok(says(it.fails, 'fail') && says(it.degrades, 'degrade'), `${outcome}: ${JSON.stringify(it)}`);
      it.declarations.forEach((at) => assert.ok(declaration.includes(sample.declarations[at].owner)));
      assert.equal(declaration.includes('undeclared'), it.undeclared.length > 0);
    });
  });
});

test('the search finds what has all its words', async () => {
  const site = sample.dependencies.flatMap((it) => it.call_sites)[3];
  const [, step] = site.function.split('::');
  const queries = [
    sample.stores[1].name, site.file, site.function, site.operation, 'reason 3', 'OWNER 1', `${sample.dependencies[0].service} ${sample.dependencies[0].on}`,
    `store ${step}`, 'no such thing', '  ',
  ];
  await visit(other(sample), {}, async (page) => {
    const sizes = new Set();
    for (const query of queries) {
      await page.fill('#search', query);
      const wanted = found(sample, query);
      sizes.add(wanted.length);
      await shows(page, sample, wanted);
    }
    assert.ok(sizes.size > 4 && sizes.has(0) && sizes.has(direct.length), [...sizes].join());
    await page.click('#reset');
    await shows(page, sample, direct);
  });
});

test('the search takes signs as they are', async () => {
  const { html, data } = hostile();
  await visit({ html }, {}, async (page) => {
    for (const query of ['<script>', '.*', '"];::error', '\\', '[']) {
      await page.fill('#search', query);
      await shows(page, data, found(data, query));
    }
  });
});

const FILTERS = {
  kind: (it) => it.kind, outcome: severity, decided, reach, owner: (it) => owners(it, sample),
};

for (const [name, of] of Object.entries(FILTERS)) {
  test(`the filter by ${name} leaves what it says`, async () => {
    await visit(other(sample), {}, async (page) => {
      const values = await page.$$eval(`#filter-${name} option`, (all) => all.map((it) => it.value));
      const occurring = new Set(sample.dependencies.filter((it) => name === 'reach' || it.is_direct).flatMap(of));
      occurring.forEach((value) => assert.ok(values.includes(value), `${value} can be chosen`));
      for (const value of values) {
        await page.selectOption(`#filter-${name}`, value);
        const isWanted = (it) => (name === 'reach' ? value === 'all' || of(it) === value : it.is_direct && (value === '' || [of(it)].flat().includes(value)));
        await shows(page, sample, those(sample, isWanted));
      }
    });
  });
}

test('filters hold together with each other and with the search', async () => {
  await visit(other(sample), {}, async (page) => {
    await page.selectOption('#filter-kind', 'store');
    await page.selectOption('#filter-outcome', 'hard');
    await page.fill('#search', 'workers-kv');
    const all = found(sample, 'workers-kv').filter((index) => sample.dependencies[index].kind === 'store' && severity(sample.dependencies[index]) === 'hard');
    assert.ok(all.length > 0);
    await shows(page, sample, all);
  });
});

for (const [column, of] of Object.entries(COLUMNS)) {
  test(`the column ${column} sorts in both directions`, async () => {
    await visit(other(sample), {}, async (page) => {
      await set(page, { sort: column === 'service' ? 'kind' : 'service' });
      const head = page.locator(`#table th[data-id="${column}"]`);
      const seen = [];
      for (const _ of [1, 2]) {
        await head.locator('button').click();
        const order = await head.getAttribute('aria-sort');
        seen.push(order);
        assert.equal(await page.locator('#table th[aria-sort]').count(), 1);
        const wanted = direct.map((index) => of(sample.dependencies[index])).sort(compare);
        order === 'descending' && wanted.reverse();
        const shown = await pages(page);
        assert.deepEqual(sorted(shown), direct);
        assert.deepEqual(shown.map((index) => of(sample.dependencies[index])), wanted);
      }
      assert.deepEqual(seen.sort(), ['ascending', 'descending']);
    });
  });
}

test('all columns that sort are tested', async () => {
  await visit(other(sample), {}, async (page) => {
    const ids = await page.$$eval('#table thead th', (all) => all.map((it) => it.dataset.id));
    assert.deepEqual(ids, Object.keys(COLUMNS));
  });
});

test('pages are turned forwards and backwards, and have as many rows as is wished', async () => {
  await visit(other(sample), {}, async (page) => {
    await page.selectOption('#filter-reach', 'all');
    const number = sample.dependencies.length;
    const button = (name) => page.locator('#pages').getByRole('button', { name });
    for (const size of [25, 100]) {
      await page.selectOption('#pages select', String(size));
      const last = Math.ceil(number / size);
      assert.ok(last > 1);
      const first = await rows(page);
      assert.equal(first.length, size);
      assert.equal(await button('Previous').isDisabled(), true);
      assert.equal((await pages(page)).length, number);
      assert.deepEqual(await words(page, '#pages > span:not(.spacer)'), [`Page ${last} of ${last}`]);
      assert.match(await page.textContent('#count'), new RegExp(`rows ${(last - 1) * size + 1} to ${number}$`));
      for (let turn = 1; turn < last; turn += 1) {
        await button('Previous').click();
      }
      assert.deepEqual(await rows(page), first);
    }
    await set(page, { page: '9999' });
    assert.ok((await rows(page)).length > 0);
  });
});

test('a row unfolds to its call sites, entry points and declarations', async () => {
  await visit(other(sample), {}, async (page) => {
    for (const number of await rows(page)) {
      const it = sample.dependencies[number];
      const button = page.locator(`tr[data-row="${number}"] .expand`);
      await button.click();
      assert.equal(await button.getAttribute('aria-expanded'), 'true');
      const details = page.locator(`[id="${await button.getAttribute('aria-controls')}"]`);
      const places = await details.locator('.inner tbody tr td:first-child').allTextContents();
      assert.deepEqual(places, it.call_sites.map((site) => `${site.file}:${site.line}:${site.column}`));
      const text = await details.textContent();
      [...it.fails, ...it.degrades, ...it.undeclared].forEach((name) => assert.ok(text.includes(name), name));
      it.declarations.forEach((at) => assert.ok(text.includes(sample.declarations[at].reason)));
      await button.click();
      assert.equal(await details.count(), 0);
    }
  });
});

test('services and declarations are listed', async () => {
  await visit(other(sample), {}, async (page) => {
    assert.deepEqual(await words(page, '#services-body tbody th'), sample.services.map((it) => it.name));
    const cells = await page.$$eval('#services-body tbody tr', (all) => all.map((row) => [...row.children].map((it) => it.textContent)));
    cells.forEach(([name, list, , , , entries, hard, failing], index) => {
      const its = sample.services[index];
      const own = sample.dependencies.filter((it) => it.is_direct && it.service === name && severity(it) === 'hard');
      const outage = sample.outages.find((it) => it.kind === 'service' && it.name === name);
      assert.deepEqual([list, entries, hard, failing], [its.owners.join(', '), String(its.entry_points.length), String(own.length), String(outage ? outage.services : 0)]);
    });
    assert.deepEqual(await words(page, '#declarations-body tbody th'), sample.declarations.map((it) => it.store));
    const days = await page.$$eval('#declarations-body .day, #declarations-body .due', (all) => all.map((it) => [it.textContent, new Set([...it.getClientRects()].map(({ top }) => Math.round(top))).size]));
    assert.deepEqual(days.map(([text]) => text.slice(-10)), sample.declarations.map((it) => it.until).filter(Boolean));
    days.forEach(([, lines]) => assert.equal(lines, 1));
  });
});

test('numbers stand under their heads', async () => {
  await visit(incident(), {}, async (page) => {
    const ends = await page.evaluate(() => {
      const end = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect().right;
      };
      return [end(document.querySelector('th[data-id="sites"] button').firstChild), end(document.querySelector('tr.row td.number'))];
    });
    assert.ok(Math.abs(ends[0] - ends[1]) < 1, ends.join());
  });
});
