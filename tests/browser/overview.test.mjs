// The overview says what the inventory says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ranking, severity } from './expected.mjs';
import { hostile, incident, other, state, visit, words } from './page.mjs';
import { declared, empty } from './samples.mjs';

/** The first outage of a store or provider; of equal ones that of the provider. */
function worst({ outages }) {
  const shared = outages.filter((it) => it.kind === 'store' || it.kind === 'provider');
  const equal = shared.filter((it) => ['fails', 'degrades', 'services'].every((word) => it[word] === shared[0][word]));
  return equal.find((it) => it.kind === 'provider') || shared[0];
}

test('the headline is the worst outage', async () => {
  for (const { html, data } of [incident(), hostile()]) {
    await visit({ html }, {}, async (page) => {
      const { name, services } = worst(data);
      assert.ok(services > 1);
      assert.deepEqual(await words(page, '#headline'), [`${services} of ${data.totals.services} services fail when ${name} is down.`]);
    });
  }
});

test('a long name is cut in the headline, and is whole in its title', async () => {
  const data = structuredClone(incident().data);
  const name = 'n'.repeat(300);
  worst(data).name = name;
  await visit(other(data), {}, async (page) => {
    const shown = page.locator('#headline .name');
    assert.equal(await shown.textContent(), `${name.slice(0, 59)}…`);
    assert.equal(await shown.getAttribute('title'), name);
  });
});

test('the figures are the totals', async () => {
  await visit(incident(), {}, async (page) => {
    const { totals } = incident().data;
    const terms = await words(page, '#figures dt');
    const numbers = await words(page, '#figures dd');
    const wanted = [
      'services', 'entry_points', 'stores', 'providers', 'external', 'call_sites', 'dependencies', 'hard', 'soft', 'declarations', 'located', 'tested',
    ];
    assert.deepEqual(terms.map((it) => it.toLowerCase().replace(' peers', '').replace(' ', '_')), wanted);
    assert.deepEqual(numbers, wanted.map((word) => String(totals[word])));
    assert.match(await page.textContent('#unseen'), new RegExp(`Unseen: ${totals.unseen} places?\\b`));
  });
});

test('the ranking has all outages that hit, in the order of the inventory', async () => {
  await visit(incident(), {}, async (page) => {
    const wanted = ranking(incident().data);
    assert.ok(wanted.some((it) => it.kinds.length === 2), 'there are twins');
    await page.click('#ranking-more');
    assert.deepEqual(await words(page, '.rank-name'), wanted.map(({ outage, kinds }) => `${outage.name} ${kinds.join(', ')}`));
    assert.deepEqual(await words(page, '.rank-says'), wanted.map(({ outage }) => `${outage.fails} + ${outage.degrades}`));
    const most = Math.max(...wanted.map(({ outage }) => outage.fails + outage.degrades));
    const widths = await page.$$eval('.rank-bar', (bars) => bars.map((bar) => [...bar.children].map((it) => parseFloat(it.style.width))));
    widths.flat().forEach((width, index) => {
      const { outage } = wanted[Math.floor(index / 2)];
      assert.ok(Math.abs(width - (100 * (index % 2 ? outage.degrades : outage.fails)) / most) < 0.01);
    });
  });
});

test('what is hidden from the ranking as a twin is still in the list, and marks the line of both', async () => {
  await visit(incident(), {}, async (page) => {
    const index = ranking(incident().data).findIndex((it) => it.kinds.length === 2);
    const { outage, kinds } = ranking(incident().data)[index];
    for (const kind of kinds) {
      await page.selectOption('#pick', `${kind}:${outage.name}`);
      const pressed = await page.$$eval('.rank', (all) => all.map((it) => it.getAttribute('aria-pressed')));
      assert.deepEqual(pressed.flatMap((it, at) => (it === 'true' ? [at] : [])), [index]);
    }
  });
});

test('a namesake that hits something else keeps its line', async () => {
  const data = structuredClone(incident().data);
  const { outage, kinds } = ranking(data).find((it) => it.kinds.length === 2);
  data.outages.find((it) => it.name === outage.name && it.kind === kinds[1]).hits.pop();
  await visit(other(data), {}, async (page) => {
    await page.click('#ranking-more');
    const names = await words(page, '.rank-name');
    kinds.forEach((kind) => assert.ok(names.includes(`${outage.name} ${kind}`), names.join()));
  });
});

test('a line of the ranking selects what is down', async () => {
  await visit(incident(), {}, async (page) => {
    const { outage, kinds } = ranking(incident().data)[2];
    await page.locator('.rank').nth(2).click();
    assert.equal((await state(page)).select, `${kinds[0]}:${outage.name}`);
    assert.equal(await page.textContent('#panel-title'), outage.name);
  });
});

test('the sentence about declarations is true', async () => {
  const isSilent = (it) => it.is_direct && severity(it) === 'hard' && it.undeclared.length > 0;
  const whole = structuredClone(incident().data);
  whole.dependencies.forEach((it) => (it.undeclared = []));
  whole.totals.undeclared = 0;
  const one = structuredClone(whole);
  one.dependencies.find((it) => it.is_direct && severity(it) === 'hard').undeclared = ['a::function'];
  one.totals.undeclared = 1;
  const says = new Set();
  for (const { html, data } of [incident(), hostile(), other(declared(incident().data)), other(whole), other(one)]) {
    const silent = data.dependencies.filter(isSilent);
    const { hard, undeclared } = data.totals;
    assert.equal(silent.length, undeclared);
    const verb = undeclared === 1 ? 'is' : 'are';
    const isPartly = silent.some((it) => it.declarations.length > 0);
    const rest = isPartly ? 'not fully declared' : 'declared by nobody';
    const wanted = undeclared === 0 ? `Every one of the ${hard} hard dependencies is declared.` : `${undeclared} of ${hard} hard dependencies ${verb} ${rest}.`;
    says.add(rest);
    await visit({ html }, {}, async (page) => assert.deepEqual(await words(page, '#second'), [wanted]));
  }
  assert.equal(says.size, 2);
});

test('an empty inventory says so', async () => {
  await visit(other(empty(incident().data)), {}, async (page) => {
    assert.deepEqual(await words(page, '#headline'), ['No services were found in this workspace.']);
    assert.equal(await page.locator('.rank').count(), 0);
    assert.deepEqual(new Set(await words(page, '#figures dd')), new Set(['0']));
    assert.deepEqual(await words(page, '#count'), ['0 of 0 dependencies']);
    assert.equal(await page.locator('#canvas').isVisible(), false);
  });
});
