// The tests of the HTML report in a browser. To run them, in this directory:
//
//     cargo build && npm ci && npm test
//
// They need Node 18 or later and an installed Chromium; nothing is fetched by them, and no page is opened but files of their own.
// `CHROMIUM` is the browser (else /usr/bin/chromium), `SPOF` the program (else target/debug/cargo-spof). With `SHOTS=directory`
// the pages are written there as pictures as well, for eyes.
//
// What a page should show is computed in `expected.mjs` from what `--format json` says, apart from the page's own scripts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SPOF = process.env.SPOF || here('../../target/debug/cargo-spof');
const TODAY = '2026-06-12';

/** How the browser is started: alone, and without anything that it would ask the network for. */
const OPTIONS = {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const texts = new Map();

/** What the program writes about a fixture. */
function inventory(fixture, format) {
  const key = `${fixture} ${format}`;
  if (!texts.has(key)) {
    const manifest = here(`../../fixtures/${fixture}/Cargo.toml`);
    const run = spawnSync(SPOF, ['inventory', '--format', format, '--allow-incomplete', '--today', TODAY, '--manifest-path', manifest], { encoding: 'utf8', maxBuffer: 1 << 28 });
    assert.equal(run.status, 0, `${SPOF}: ${run.error || run.stderr}`);
    texts.set(key, run.stdout);
  }
  return texts.get(key);
}

/** A fixture's page, and the data that it should show. */
function fixture(name) {
  return { html: inventory(name, 'html'), data: JSON.parse(inventory(name, 'json')) };
}

/** The reconstructed incident. */
export const incident = () => fixture('workers-kv-2025-06-12');

/** A workspace with hostile names. */
export const hostile = () => fixture('hostile');

/** The page of other data: that of the incident, with these in place of its own. */
export function other(data) {
  const { html } = incident();
  const begin = html.indexOf('id="data">') + 'id="data">'.length;
  const end = html.indexOf('</script>', begin);
  const json = JSON.stringify(data).replace(/[<\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return { html: html.slice(0, begin) + json + html.slice(end), data };
}

let browser = null;
let directory = null;
let written = 0;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spof-report-'));
  browser = await chromium.launch(OPTIONS);
});

after(async () => {
  await browser.close();
  rmSync(directory, { recursive: true });
});

/** Notes what a page must not do: complain, fail, ask, or load something. */
function watch(page) {
  const faults = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => faults.push(String(error.stack)));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => /^(file|data):/.test(request.url()) || faults.push(`request: ${request.url()}`));
  page.on('popup', (popup) => faults.push(`popup: ${popup.url()}`));
  return faults;
}

/**
 * Opens a page, does something with it when it is ready, and checks that it did nothing forbidden meanwhile. `options` are
 * those of a Playwright context; the pages do not scroll gently, so that nothing has to be waited for.
 */
export async function visit({ html }, options, act) {
  const path = join(directory, `${written++}.html`);
  writeFileSync(path, html);
  const context = await browser.newContext({ viewport: DESK, reducedMotion: 'reduce', colorScheme: 'light', ...options });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20000);
    const faults = watch(page);
    await page.goto(pathToFileURL(path).href);
    if (options.javaScriptEnabled !== false) {
      await ready(page);
    }
    await act(page);
    options.javaScriptEnabled === false || (await painted(page));
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** Waits until the page is drawn. */
export async function ready(page) {
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
}

/** Waits until what was done is painted, and the page has been told of it. */
export async function painted(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
}

/** Changes the state of the page, as its controls do. */
export async function set(page, changes) {
  await page.evaluate((its) => window.spof.state.set(its), changes);
}

/** The state of the page. */
export async function state(page) {
  return page.evaluate(() => window.spof.state.get());
}

/** The texts of elements, as they are read. */
export async function words(page, selector) {
  const all = await page.locator(selector).allTextContents();
  return all.map((text) => text.replace(/\s+/g, ' ').trim());
}

/** The rows that are in the table: which dependency each is. */
export async function rows(page) {
  return page.$$eval('#table tr.row', (all) => all.map((it) => Number(it.dataset.row)));
}

/** The rows of all pages, from the first to the last. */
export async function pages(page) {
  const all = [];
  for (;;) {
    all.push(...(await rows(page)));
    const next = page.locator('#pages').getByRole('button', { name: 'Next' });
    if ((await next.count()) === 0 || (await next.isDisabled())) {
      return all;
    }
    await next.click();
  }
}

/** What the panel lists, after all of it is unfolded: service, entry point and outcome of each, in a fixed order. */
export async function listed(page) {
  await page.evaluate(() => {
    const panel = document.getElementById('panel');
    const more = () => [...panel.querySelectorAll('button.more')].find((it) => !it.hidden);
    const unfold = () => panel.querySelectorAll('details.service:not([open]) > summary').forEach((it) => it.click());
    unfold();
    return new Promise((done) => {
      const step = () => {
        const button = more();
        button ? button.click() : null;
        unfold();
        button ? setTimeout(step) : setTimeout(done);
      };
      setTimeout(step);
    });
  });
  const all = await page.$$eval('#panel .hit', (hits) => hits.map((it) => [it.dataset.service, it.dataset.entry, it.dataset.outcome]));
  return all.map((it) => JSON.stringify(it)).sort();
}
