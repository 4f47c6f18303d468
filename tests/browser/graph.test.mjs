// The graph and the panel: what is chosen, and what an outage of it hits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hidden } from './edges.mjs';
import { hits, key, ranking, things } from './expected.mjs';
import { hostile, incident, listed, other, painted, PHONE, ready, set, state, visit, words } from './page.mjs';
import { declared, twisted } from './samples.mjs';

/** Nodes as they are drawn: what a click on each chooses, its name, shape and marks, and where it is in the window. */
async function drawn(page) {
  return page.evaluate(() => {
    const { left, top } = document.getElementById('canvas').getBoundingClientRect();
    return window.spof.cy.nodes().map((node) => ({
      choose: node.data('choose'), label: node.data('label'), shape: node.data('shape'), classes: node.classes(),
      x: left + node.renderedPosition().x, y: top + node.renderedPosition().y,
    }));
  });
}

/** Clicks on the node that chooses a thing. */
async function click(page, id) {
  await page.locator('#canvas').scrollIntoViewIfNeeded();
  await painted(page);
  const { x, y } = (await drawn(page)).find((it) => it.choose === id);
  await page.mouse.click(x, y);
}

/** Checks that a thing is chosen, and that the panel says of it what the inventory says. */
async function checkChosen(page, thing) {
  assert.equal((await state(page)).select, thing.id);
  assert.equal(await page.inputValue('#pick'), thing.id);
  const wanted = hits(thing.outage);
  assert.deepEqual(await listed(page), wanted);
  const sentence = await page.textContent('#panel .sentence');
  if (wanted.length > 0) {
    const [, fails, degrades] = /^While it is down, (\d+) entry points?\b.* and (\d+) degrades?\.$/.exec(sentence);
    assert.deepEqual([Number(fails), Number(degrades)], [thing.outage.fails, thing.outage.degrades]);
    const number = (outcome) => thing.outage.hits.filter((it) => it.outcome === outcome).length;
    assert.deepEqual([number('fails'), number('degrades')], [thing.outage.fails, thing.outage.degrades]);
  } else {
    assert.doesNotMatch(sentence, /\d/);
  }
}

test('a click on a store chooses it, and the panel lists what it hits; so does the list', async () => {
  const { html, data } = incident();
  await visit({ html }, {}, async (page) => {
    const stores = things(data).filter((it) => it.kind === 'store' && it.outage && it.outage.hits.length > 0);
    assert.ok(stores.length > 3);
    for (const thing of stores) {
      await set(page, { select: '' });
      await click(page, thing.id);
      await checkChosen(page, thing);
      const clicked = await words(page, '#panel');
      await set(page, { select: '' });
      await page.selectOption('#pick', thing.id);
      await checkChosen(page, thing);
      assert.deepEqual(await words(page, '#panel'), clicked);
    }
  });
});

test('a click beside all nodes takes the choice back', async () => {
  const { html, data } = incident();
  await visit({ html }, {}, async (page) => {
    const thing = things(data).find((it) => it.kind === 'store' && it.outage);
    await click(page, thing.id);
    await checkChosen(page, thing);
    const box = await page.locator('#canvas').boundingBox();
    await page.mouse.click(box.x + 3, box.y + 3);
    assert.equal((await state(page)).select, '');
    assert.match(await page.textContent('#panel'), /Nothing is selected/);
  });
});

for (const [name, make] of Object.entries({ incident, hostile, twisted: () => other(twisted(declared(incident().data))) })) {
  test(`each thing in the list can be chosen and says what it hits: ${name}`, async () => {
    const { html, data } = make();
    await visit({ html }, {}, async (page) => {
      const all = things(data);
      const ids = await page.$$eval('#pick option', (options) => options.map((it) => it.value));
      assert.deepEqual(ids.filter(Boolean).sort(), all.map((it) => it.id).sort());
      for (const thing of all) {
        const option = await page.$eval(`#pick`, (select, id) => [...select.options].find((it) => it.value === id).textContent, thing.id);
        const figures = thing.outage && thing.outage.fails + thing.outage.degrades > 0 ? `(${thing.outage.fails} fail, ${thing.outage.degrades} degrade)` : '';
        assert.ok(option.endsWith(figures), option);
        await page.selectOption('#pick', thing.id);
        await checkChosen(page, thing);
      }
    });
  });
}

test('the nodes that are marked are the services that are hit', async () => {
  const { html, data } = incident();
  await visit({ html }, {}, async (page) => {
    const before = await drawn(page);
    const isService = (node) => node.shape === 'round-rectangle';
    const nameOf = new Map(before.map((node) => [`${node.x} ${node.y}`, node.label]));
    assert.deepEqual(before.filter(isService).map((it) => it.label).sort(), data.services.map((it) => it.name).sort());
    for (const thing of things(data)) {
      await set(page, { select: thing.id });
      const services = (await drawn(page)).filter(isService).map((node) => ({ ...node, name: nameOf.get(`${node.x} ${node.y}`) }));
      const down = services.filter((it) => it.classes.includes('down'));
      const isDown = (name) => name === thing.name && (thing.kind === 'service' || thing.kind === 'provider');
      assert.deepEqual(down.map((it) => it.name), services.filter((it) => isDown(it.name)).map((it) => it.name));
      const its = thing.outage ? thing.outage.hits.filter((hit) => !isDown(hit.service)) : [];
      const failing = [...new Set(its.filter((hit) => hit.outcome === 'fails').map((hit) => hit.service))].sort();
      const degrading = [...new Set(its.filter((hit) => hit.outcome === 'degrades').map((hit) => hit.service))].filter((name) => !failing.includes(name)).sort();
      const marked = (word) => services.filter((it) => it.classes.includes(word)).map((it) => it.name).sort();
      assert.deepEqual(marked('fails'), failing);
      assert.deepEqual(marked('degrades'), degrading);
      // Not by colour alone.
      services.forEach((it) => assert.equal(it.label.startsWith('✕ '), it.classes.includes('fails')));
    }
  });
});

test('all stores, providers and peers that have an outage of their own are drawn', async () => {
  const { html, data } = incident();
  await visit({ html }, {}, async (page) => {
    const nodes = (await drawn(page)).map((it) => it.choose);
    const isEmbedded = (it) => it.scopes.length === 1 && it.scopes[0] === 'embedded';
    const wanted = [
      ...data.stores.filter((it) => !isEmbedded(it)).map(({ name }) => key({ kind: 'store', name })),
      ...data.providers.map(({ name }) => key({ kind: 'provider', name })), ...data.external.map(({ name }) => key({ kind: 'external', name })),
    ];
    wanted.forEach((id) => assert.ok(nodes.includes(id), id));
    assert.equal(new Set(nodes).size, nodes.length);
    const note = await page.textContent('#stage-note');
    data.stores.filter(isEmbedded).forEach((it) => assert.ok(note.includes(it.name)));
  });
});

for (const [place, options] of Object.entries({ 'on a desk': {}, 'on a phone': { viewport: PHONE } })) {
  test(`no edge runs behind a node that is not its own, ${place}`, async () => {
    for (const { html } of [incident(), hostile()]) {
      await visit({ html }, options, async (page) => {
        const { found, edges } = await hidden(page);
        assert.ok(edges > 3);
        assert.deepEqual(found, []);
      });
    }
  });
}

test('no two nodes overlap', async () => {
  await visit(incident(), {}, async (page) => {
    const overlaps = await page.evaluate(() => {
      const nodes = window.spof.cy.nodes().toArray();
      const isOver = (a, b) => Math.abs(a.position().x - b.position().x) < (a.width() + b.width()) / 2 && Math.abs(a.position().y - b.position().y) < (a.height() + b.height()) / 2;
      return nodes.flatMap((a, index) => nodes.slice(index + 1).filter((b) => isOver(a, b)).map((b) => [a.data('label'), b.data('label')]));
    });
    assert.deepEqual(overlaps, []);
  });
});

test('Esc and the button take the choice back', async () => {
  const { html, data } = incident();
  await visit({ html }, {}, async (page) => {
    const thing = things(data).find((it) => it.outage && it.outage.hits.length > 0);
    for (const back of [() => page.keyboard.press('Escape'), () => page.click('#clear')]) {
      assert.equal(await page.isDisabled('#clear'), true);
      await page.selectOption('#pick', thing.id);
      assert.equal(await page.locator('#panel-title').count(), 1);
      await back();
      assert.equal((await state(page)).select, '');
      assert.equal(await page.locator('#panel-title').count(), 0);
      assert.equal((await drawn(page)).some((it) => /down|fails|faded/.test(it.classes.join())), false);
    }
  });
});

test('the hash keeps what is chosen, searched and sorted over a reload', async () => {
  for (const { html, data } of [incident(), other(twisted(incident().data))]) {
    await visit({ html }, {}, async (page) => {
      const { id } = things(data).find((it) => it.kind === 'store' && it.outage && it.outage.hits.length > 0);
      await page.selectOption('#pick', id);
      await page.selectOption('#filter-kind', 'store');
      await page.fill('#search', 'a');
      await page.locator('#table th[data-id="outcome"] button').click();
      await page.waitForFunction(() => location.hash.includes('sort=outcome'));
      const before = [await state(page), await listed(page), await words(page, '#table tr.row')];
      await page.reload();
      await ready(page);
      assert.deepEqual([await state(page), await listed(page), await words(page, '#table tr.row')], before);
      assert.equal(await page.inputValue('#search'), 'a');
      assert.equal(await page.inputValue('#pick'), id);
      await page.keyboard.press('Escape');
      await page.click('#reset');
      await page.locator('#table th[data-id="service"] button').click();
      await page.waitForFunction(() => location.hash === '');
    });
  }
});

/** What has the focus. */
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);

/** Presses a key until something holds of what has the focus. */
async function press(page, name, holds) {
  for (let time = 0; time < 60; time += 1) {
    await page.keyboard.press(name);
    const at = await focused(page);
    if (holds(at)) {
      return;
    }
  }
  assert.fail(`${name} does not get there`);
}

test('everything can be done with the keyboard alone', async () => {
  const { html, data } = incident();
  await visit({ html }, {}, async (page) => {
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'skip');
    await press(page, 'Tab', (at) => at === 'rank');
    await page.keyboard.press('Enter');
    const [{ outage, kinds }] = ranking(data);
    assert.equal((await state(page)).select, `${kinds[0]}:${outage.name}`);
    await press(page, 'Tab', (at) => at === 'pick');
    await page.keyboard.press('ArrowDown');
    const next = await page.inputValue('#pick');
    assert.notEqual(next, `${kinds[0]}:${outage.name}`);
    await checkChosen(page, things(data).find((it) => it.id === next));
    await press(page, 'Tab', (at) => at === 'clear');
    await page.keyboard.press('Enter');
    assert.equal((await state(page)).select, '');
    await page.keyboard.press('/');
    assert.equal(await focused(page), 'search');
    await page.keyboard.type('kv/');
    assert.equal((await state(page)).q, 'kv/');
    await page.keyboard.press('Backspace');
    await press(page, 'Tab', (at) => at === 'expand');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('#table .details').count(), 1);
  });
});
