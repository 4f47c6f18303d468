// Nothing that axe finds is wrong with the page, in both themes, on a desk and on a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { DESK, incident, other, PHONE, set, visit } from './page.mjs';
import { declared, empty, twisted } from './samples.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** What axe finds, each with where it is. */
async function violations(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), TAGS);
  assert.ok(found.passes.some((it) => it.id === 'color-contrast'), 'contrast was looked at');
  return found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('; ')}`);
}

/** Opens what is closed at first. */
async function unfold(page) {
  await page.locator('.expand').first().click();
  await page.evaluate(() => document.querySelectorAll('#panel details').forEach((it) => (it.open = true)));
}

const sample = declared(incident().data);
const store = sample.outages.find((it) => it.kind === 'store').name;

for (const colorScheme of ['light', 'dark']) {
  for (const [place, viewport] of Object.entries({ 'on a desk': DESK, 'on a phone': PHONE })) {
    test(`nothing is wrong ${place}, ${colorScheme}`, async () => {
      await visit(other(sample), { viewport, colorScheme }, async (page) => {
        assert.deepEqual(await violations(page), []);
        await set(page, { select: `store:${store}` });
        await unfold(page);
        assert.ok((await page.locator('#panel .hit').count()) > 0);
        assert.deepEqual(await violations(page), []);
      });
    });
  }
}

test('nothing is wrong with hostile names', async () => {
  const data = twisted(sample);
  await visit(other(data), {}, async (page) => {
    const { kind, name } = data.outages[0];
    await set(page, { select: `${kind}:${name}` });
    await unfold(page);
    assert.deepEqual(await violations(page), []);
  });
});

test('nothing is wrong where nothing is', async () => {
  await visit(other(empty(sample)), {}, async (page) => assert.deepEqual(await violations(page), []));
});
