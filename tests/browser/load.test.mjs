// Pages load without a complaint, whatever the names in them are, and without a script too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { things } from './expected.mjs';
import { hostile, incident, other, set, state, visit } from './page.mjs';
import { declared, empty, twisted } from './samples.mjs';

/** Elements that a page has, and could only have more of if a name had become markup. */
const counted = (page) => page.evaluate(() => {
  const number = (selector) => document.querySelectorAll(selector).length;
  return {
    scripts: number('script'), styles: number('style:not(#__________cytoscape_stylesheet)'), links: number('link'), anchors: number('a'), metas: number('meta'),
    foreign: number('img, iframe, frame, object, embed, video, audio, form, base, template'), drawings: number('svg:not(.legend svg)'),
    listeners: [...document.querySelectorAll('*')].flatMap((it) => it.getAttributeNames()).filter((it) => /^on/i.test(it)).length,
    scheming: [...document.querySelectorAll('*')].flatMap((it) => [...it.attributes]).filter((it) => /^(href|src|action)$/i.test(it.name) && /^javascript:/i.test(it.value)).length,
  };
});

/** The page's own elements, as its text says. */
function own(html) {
  const number = (tag) => html.split(`<${tag}`).length - 1;
  return { scripts: number('script'), styles: number('style'), links: number('link'), anchors: number('a '), metas: number('meta'), foreign: 0, drawings: 0, listeners: 0, scheming: 0 };
}

/** Uses all that there is on a page. */
async function use(page, data) {
  await set(page, { reach: 'all', size: '100' });
  await page.evaluate(() => document.querySelectorAll('.expand, button.more:not([hidden]), #ranking-more:not([hidden])').forEach((it) => it.click()));
  for (const { id } of things(data)) {
    await page.selectOption('#pick', id);
    assert.equal((await state(page)).select, id);
    await page.evaluate(() => document.querySelectorAll('#panel details').forEach((it) => (it.open = true)));
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    await page.evaluate(() => document.querySelectorAll('#panel details').forEach((it) => (it.open = true)));
  }
  await set(page, { q: '<img src=x onerror=alert(1)>' });
  assert.equal(await page.inputValue('#search'), '<img src=x onerror=alert(1)>');
}

const shell = own(other(empty(incident().data)).html);
const samples = {
  'the incident': incident, 'hostile names': hostile, 'declarations of every sort': () => other(declared(incident().data)),
  'hostile text everywhere': () => other(twisted(declared(incident().data))), nothing: () => other(empty(incident().data)),
};

for (const [name, make] of Object.entries(samples)) {
  test(`the page of ${name} is only what it is meant to be`, async () => {
    const its = make();
    await visit(its, {}, async (page) => {
      assert.deepEqual(await counted(page), shell);
      await use(page, its.data);
      assert.deepEqual(await counted(page), shell);
    });
  });
}

test('a hash from a stranger does no harm', async () => {
  await visit(incident(), {}, async (page) => {
    const hash = '#select=%3Cimg src=x onerror=alert(1)%3E&sort=__proto__&page=-7&size=1e9&kind=constructor&theme=x';
    await page.evaluate((its) => (location.hash = its), hash);
    await page.waitForFunction(() => window.spof.state.get().page === '-7');
    assert.deepEqual(await counted(page), shell);
    assert.match(await page.textContent('#panel'), /Nothing is selected/);
  });
});

test('hidden characters are shown', async () => {
  await visit(other(twisted(declared(incident().data))), {}, async (page) => {
    const text = await page.evaluate(() => document.body.innerText + document.title);
    assert.doesNotMatch(text, /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/);
    assert.match(text, /\\u\{202e\}/);
  });
});

test('without scripts the page says what it is, and how to read the same', async () => {
  await visit(incident(), { javaScriptEnabled: false }, async (page) => {
    const text = await page.locator('main').innerText();
    assert.match(text, /services, entry points and stores/);
    assert.match(text, /cargo spof inventory --format md\b/);
    assert.match(text, /cargo spof inventory --format text\b/);
  });
});
