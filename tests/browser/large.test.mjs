// A page of 300 services and 60 stores: it answers. Times are told, and only a stall is an error, as machines differ.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { found, those } from './expected.mjs';
import { hidden } from './edges.mjs';
import { large } from './large.mjs';
import { other, painted, ready, state, visit } from './page.mjs';

/** How long the page may be busy with one thing, in milliseconds. */
const STALL = 2000;

/** Has the page note what keeps it busy. */
async function observe(page) {
  await page.evaluate(() => {
    window.busy = [];
    new PerformanceObserver((list) => window.busy.push(...list.getEntries().map((it) => it.duration))).observe({ type: 'longtask' });
  });
}

/** Does something, waits until it is painted, and says how long the page was busy at a stretch, and how long all of it took. */
async function took(page, act) {
  await page.evaluate(() => (window.busy = []));
  const began = Date.now();
  await act();
  await painted(page);
  const whole = Date.now() - began;
  await page.waitForTimeout(100);
  const busy = Math.round(Math.max(0, ...(await page.evaluate(() => window.busy))));
  return { busy, whole };
}

test('a page of 300 services and 60 stores answers', async (t) => {
  const data = large(300, 60);
  const its = other(data);
  t.diagnostic(`${(its.html.length / 1e6).toFixed(1)} MB, ${data.dependencies.length} dependencies`);
  await visit(its, {}, async (page) => {
    const began = Date.now();
    await page.reload({ waitUntil: 'commit' });
    await page.waitForSelector('tr.row');
    t.diagnostic(`first row after ${Date.now() - began} ms`);
    await ready(page);
    t.diagnostic(`ready after ${Date.now() - began} ms`);
    await observe(page);
    const count = async (number) => assert.match((await page.textContent('#count')).replace(/,/g, ''), new RegExp(`^${number} of ${data.dependencies.length} `));
    const head = (id) => page.locator(`#table th[data-id="${id}"] button`);
    const [worst] = data.outages;
    const query = `${data.services[5].name} load`;
    const steps = {
      'select the worst': [() => page.selectOption('#pick', `${worst.kind}:${worst.name}`), async () => {
        assert.equal(await page.textContent('#panel-title'), worst.name);
        assert.deepEqual((await hidden(page)).found, []);
      }],
      clear: [() => page.click('#clear'), async () => assert.equal((await state(page)).select, '')],
      search: [() => page.fill('#search', query), () => count(found(data, query).length)],
      'take the search back': [() => page.fill('#search', ''), () => count(those(data, (it) => it.is_direct).length)],
      'filter: all': [() => page.selectOption('#filter-reach', 'all'), () => count(data.dependencies.length)],
      'filter: stores': [() => page.selectOption('#filter-kind', 'store'), () => count(those(data, (it) => it.kind === 'store').length)],
      sort: [() => head('outcome').click(), async () => assert.equal((await state(page)).sort, 'outcome')],
      'sort by name': [() => head('on').click(), async () => assert.equal((await state(page)).sort, 'on')],
      '100 rows': [() => page.selectOption('#pages select', '100'), async () => assert.equal(await page.locator('tr.row').count(), 100)],
      unfold: [() => page.locator('.expand').first().click(), async () => assert.equal(await page.locator('tr.details').count(), 1)],
    };
    for (const [name, [act, check]] of Object.entries(steps)) {
      const { busy, whole } = await took(page, act);
      t.diagnostic(`${name}: busy for ${busy} ms at a stretch, painted after ${whole} ms`);
      await check();
      assert.ok(busy < STALL, `${name}: ${busy} ms`);
    }
  });
});
