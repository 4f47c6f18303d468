// What the page looks like in each theme, on a phone and on paper.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { those } from './expected.mjs';
import { incident, other, painted, PHONE, ready, rows, set, visit } from './page.mjs';
import { declared, empty, twisted } from './samples.mjs';

/** The colours that are seen: of the paper, of the text on it, and of the text in the graph. */
const colours = (page) => page.evaluate(() => {
  const numbers = (text) => text.match(/\d+/g).map(Number);
  const { backgroundColor, color } = getComputedStyle(document.body);
  const nodes = window.spof.cy.nodes();
  const inGraph = nodes.nonempty() ? numbers(nodes[0].style('color')) : numbers(color);
  return { paper: numbers(backgroundColor).slice(0, 3), ink: numbers(color).slice(0, 3), inGraph, scheme: getComputedStyle(document.documentElement).colorScheme };
});

/** Checks that the page is light or dark, the graph as well. */
async function checkTheme(page, want) {
  await painted(page);
  await page.waitForFunction((its) => document.documentElement.dataset.theme === its, want);
  const { paper, ink, inGraph, scheme } = await colours(page);
  assert.equal(paper[0] > ink[0] ? 'light' : 'dark', want);
  assert.deepEqual(inGraph, ink);
  assert.equal(scheme, want);
}

test('the theme follows the system, and the button goes round', async () => {
  await visit(incident(), {}, async (page) => {
    const button = page.locator('#theme');
    const cycle = [['auto', null], ['light', 'light'], ['dark', 'dark'], ['auto', null]];
    for (const [text, fixed] of cycle) {
      assert.equal(await button.textContent(), `Theme: ${text}`);
      for (const system of ['light', 'dark', 'light']) {
        await page.emulateMedia({ colorScheme: system });
        await checkTheme(page, fixed || system);
      }
      await button.click();
    }
  });
});

test('the theme is the system’s at first, and the chosen one is kept over a reload', async () => {
  await visit(incident(), { colorScheme: 'dark' }, async (page) => {
    await checkTheme(page, 'dark');
    await page.click('#theme');
    await checkTheme(page, 'light');
    await page.reload();
    await ready(page);
    assert.equal(await page.textContent('#theme'), 'Theme: light');
    await checkTheme(page, 'light');
  });
});

test('each dark colour stands once in the style sheet', () => {
  const style = incident().html.split('<style>')[1].split('</style>')[0];
  const dark = /:root\[data-theme="dark"\] \{([^}]*)\}/.exec(style)[1].match(/--[a-z-]+: #[0-9a-f]+/g);
  assert.ok(dark.length > 10);
  dark.forEach((it) => assert.equal(style.split(`${it};`).length, 2, it));
});

const sample = declared(incident().data);

/** Elements that reach beyond the window's right edge, and are in no region that scrolls. */
const beyond = (page) => page.evaluate(() => {
  const isIn = (it) => it.closest('.scroll, .bar nav, .brand, #canvas, .sr, .cut, .skip');
  const wide = [...document.querySelectorAll('body *')].filter((it) => !isIn(it) && it.getBoundingClientRect().right > innerWidth + 1);
  return { wide: wide.map((it) => `${it.tagName} ${it.id} ${it.className}`), by: document.scrollingElement.scrollWidth - innerWidth };
});

for (const width of [320, 390, 719, 721, 1024]) {
  test(`nothing scrolls sideways at a width of ${width} but what is meant to`, async () => {
    for (const data of [sample, twisted(sample), empty(sample)]) {
      await visit(other(data), { viewport: { width, height: 844 } }, async (page) => {
        const { kind, name } = data.outages[0] || {};
        await set(page, { select: name === undefined ? '' : `${kind}:${name}` });
        await page.evaluate(() => document.querySelectorAll('.expand, #panel summary').forEach((it) => it.click()));
        const { wide, by } = await beyond(page);
        assert.deepEqual(wide, []);
        assert.ok(by <= 0, `${by} too wide`);
      });
    }
  });
}

for (const width of [320, 390, 1440]) {
  test(`every link of the bar leads to its section at a width of ${width}`, async () => {
    await visit(other(sample), { viewport: { width, height: 844 } }, async (page) => {
      const links = await page.locator('#sections a').all();
      assert.equal(links.length, 5);
      for (const link of links) {
        await link.scrollIntoViewIfNeeded();
        const box = await link.boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= width, `${await link.textContent()} is cut off`);
        await link.click();
        const its = await link.evaluate((it) => {
          const heading = document.querySelector(it.getAttribute('href')).querySelector('h1, h2').getBoundingClientRect();
          const bar = document.querySelector('.bar').getBoundingClientRect();
          return { heading: heading.top, bar: bar.bottom, height: bar.height, padding: getComputedStyle(document.documentElement).scrollPaddingTop };
        });
        assert.ok(its.heading >= its.bar && its.heading < 844, JSON.stringify(its));
        assert.equal(its.padding, `${its.height}px`);
      }
    });
  });
}

test('the whole bar is seen on a phone', async () => {
  await visit(incident(), { viewport: PHONE }, async (page) => {
    for (const it of await page.locator('#sections a, #theme, .brand').all()) {
      const box = await it.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width && box.height < 40, `${await it.textContent()}: ${JSON.stringify(box)}`);
    }
  });
});

test('the table of services scrolls in itself on a phone, and its last column is no sliver', async () => {
  await visit(incident(), { viewport: PHONE }, async (page) => {
    const its = await page.$eval('#services-body .scroll', (it) => {
      it.scrollLeft = 1e6;
      return { moved: it.scrollLeft, last: it.querySelector('th:last-child').getBoundingClientRect().width };
    });
    assert.ok(its.moved > 0 && its.last > 160, JSON.stringify(its));
  });
});

const CONTROLS = '.bar nav, .bar button, .tools, .pages, #graph, .expand, button.more, #ranking-more, .skip';

/** Waits until so many rows are there: a page is told a little later that it is on paper. */
async function printed(page, number) {
  await page.waitForFunction((its) => document.querySelectorAll('#table tr.row').length === its, number);
}

/** Checks that a printed page has these rows, and no control. */
async function checkPrinted(page, wanted) {
  await printed(page, wanted.length);
  assert.deepEqual((await rows(page)).sort((a, b) => a - b), wanted);
  const seen = await page.$$eval(CONTROLS, (all) => all.filter((it) => it.getClientRects().length > 0).map((it) => it.outerHTML.slice(0, 80)));
  assert.deepEqual(seen, []);
}

test('all rows that pass the filters are printed, without controls', async () => {
  const all = those(sample, () => true);
  const stores = those(sample, (it) => it.kind === 'store');
  assert.ok(stores.length > 25 && stores.length < all.length);
  await visit(other(sample), { colorScheme: 'dark' }, async (page) => {
    await page.selectOption('#filter-reach', 'all');
    assert.equal((await rows(page)).length, 25);
    await page.emulateMedia({ media: 'print' });
    await checkPrinted(page, all);
    const { paper, ink } = await colours(page);
    assert.deepEqual([paper, ink], [[255, 255, 255], [0, 0, 0]]);
    await page.emulateMedia({ media: 'screen' });
    await printed(page, 25);
    await page.selectOption('#filter-kind', 'store');
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    assert.deepEqual((await rows(page)).sort((a, b) => a - b), stores);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    assert.equal((await rows(page)).length, 25);
  });
});

test('pictures for eyes', { skip: !process.env.SHOTS }, async () => {
  const to = process.env.SHOTS;
  mkdirSync(to, { recursive: true });
  const shot = (page, name, more) => page.screenshot({ path: join(to, `${name}.png`), ...more });
  const { kind, name } = sample.outages.find((it) => it.kind === 'store' && it.name === 'kv-central') || sample.outages[0];
  await visit(incident(), {}, async (page) => {
    await shot(page, 'overview-light');
    await shot(page, 'page-light', { fullPage: true });
  });
  await visit(incident(), { colorScheme: 'dark' }, async (page) => {
    await set(page, { select: `${kind}:${name}` });
    await page.locator('#graph').evaluate((it) => it.scrollIntoView());
    await shot(page, 'graph-dark');
  });
  await visit(other(sample), { viewport: PHONE }, async (page) => {
    await shot(page, 'phone');
    await set(page, { select: `${kind}:${name}` });
    await shot(page, 'phone-page', { fullPage: true });
  });
  await visit(other(twisted(sample)), {}, (page) => shot(page, 'twisted', { fullPage: true }));
});
