import { heardAgain, songHashes } from '../bench/api/songs.ts';
import { packFingerprint } from '../server/fingerprint/packed.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import type { Stage } from './fixtures.ts';

/** As much of a canvas as is read in the page; the types of browsers are not for Node's programs. */
interface Canvas {
  readonly width: number;
  readonly clientWidth: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  } | null;
}

const LATER = 12;
/** Fingerprints of these stories, beyond the songs that every story has; one each. */
let nextId = 5000;

/** Song 20 as another rip of it, which begins some hashes later. */
async function insertRip({ databases }: Stage): Promise<number> {
  const hashes = heardAgain(songHashes(20), 1).slice(LATER);
  const id = nextId;
  nextId += 1;
  const { pool } = databases.fingerprint;
  await pool.query(
    `with d as (insert into fingerprint_data (fingerprint_id, fingerprint) values ($1, $2))
     insert into fingerprint (id, track_id, length, fingerprint) values ($1, 20, 200, $3)`,
    [id, packFingerprint(hashes), Array.from(new Int32Array(hashes))],
  );
  return id;
}

test('without two numbers the page asks for them', async ({ visitor }) => {
  await visitor.goto('/compare');
  await expectAccessible(visitor);
  await visitor.getByLabel('First fingerprint').fill('3');
  await expect(visitor.getByRole('button', { name: 'Compare' })).toBeDisabled();
  await visitor.getByLabel('Second fingerprint').fill('4');
  await visitor.getByRole('button', { name: 'Compare' }).click();
  await expect(visitor).toHaveURL(/\/compare\/3\/4$/);
  await expect(visitor.getByText('A lookup would not take them for the same')).toBeVisible();
});

test('two rips are aligned at the best offset, with their numbers', async ({ stage, visitor }) => {
  const rip = await insertRip(stage);
  await visitor.goto(`/compare/20/${rip}`);
  await expect(visitor.getByText('A lookup would take them for the same')).toBeVisible();
  const numbers = visitor.getByRole('region', { name: 'Numbers' });
  const best = await numbers
    .getByRole('row', { name: /^Score at the best offset/ })
    .getByRole('cell')
    .textContent();
  // The page counts as the server does.
  await expect(
    numbers.getByRole('row', { name: /^Score at the chosen offset/ }).getByRole('cell'),
  ).toHaveText(best!);
  await expectAccessible(visitor);
  await visitor.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(visitor);
});

test('the offset is moved by keys, kept in the address, and Home is the best', async ({
  stage,
  visitor,
}) => {
  const rip = await insertRip(stage);
  await visitor.goto(`/compare/20/${rip}`);
  const slider = visitor.getByRole('slider', { name: 'Offset' });
  const best = Number(await slider.getAttribute('aria-valuenow'));
  expect(best).toBeGreaterThanOrEqual(LATER);
  await slider.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuenow', String(best + 1));
  await slider.press('Shift+ArrowLeft');
  await expect(slider).toHaveAttribute('aria-valuenow', String(best - 9));
  await expect(visitor).toHaveURL(new RegExp(`offset=${best - 9}$`));
  await visitor.reload();
  await expect(slider).toHaveAttribute('aria-valuenow', String(best - 9));
  await slider.press('Home');
  await expect(slider).toHaveAttribute('aria-valuenow', String(best));
});

test('the picture is dragged, read and taken home', async ({ stage, visitor }) => {
  const rip = await insertRip(stage);
  await visitor.setViewportSize({ width: 1024, height: 700 });
  await visitor.goto(`/compare/20/${rip}`);
  const slider = visitor.getByRole('slider', { name: 'Offset' });
  const best = Number(await slider.getAttribute('aria-valuenow'));
  await slider.scrollIntoViewIfNeeded();
  const box = (await slider.boundingBox())!;
  await visitor.mouse.move(box.x + 200, box.y + 60);
  await expect(visitor.getByText(/of 32 bits differ$/)).toBeVisible();
  await visitor.mouse.down();
  await visitor.mouse.move(box.x + 230, box.y + 60, { steps: 3 });
  await visitor.mouse.up();
  await expect(slider).toHaveAttribute('aria-valuenow', String(best + 30));
  await visitor.getByRole('button', { name: 'Best offset' }).click();
  await expect(slider).toHaveAttribute('aria-valuenow', String(best));
  const [png] = await Promise.all([
    visitor.waitForEvent('download'),
    visitor.getByRole('button', { name: 'PNG' }).click(),
  ]);
  expect(png.suggestedFilename()).toBe(`fingerprints-20-${rip}.png`);
});

test('each hash is whole pixels wide on a sharp screen, at every zoom', async ({
  browser,
  stage,
}) => {
  const context = await browser.newContext({ deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.goto(`${stage.appliance.api}/compare/20/21`);
  const slider = page.getByRole('slider', { name: 'Offset' });
  await expect(slider).toBeVisible();
  // Colours of the strip of the first fingerprint: its two alone, because nothing is smoothed.
  const coloursOf = () =>
    slider.locator('canvas').evaluate((element) => {
      const canvas = element as unknown as Canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 40, 1800, 180);
      const seen = new Set<string>();
      for (let at = 0; at < data.length; at += 4) seen.add(data.slice(at, at + 4).join(','));
      return { seen: seen.size, sharp: canvas.width / canvas.clientWidth };
    });
  await expect.poll(coloursOf).toEqual({ seen: 2, sharp: 2 });
  await page.getByRole('button', { name: 'Larger' }).click();
  await slider.press('+');
  await expect.poll(coloursOf).toEqual({ seen: 2, sharp: 2 });
  await context.close();
});

test('a number that is nobody’s is told as such', async ({ visitor }) => {
  await visitor.goto('/compare/1/999999');
  await expect(
    visitor.getByRole('heading', { name: 'There is no such fingerprint' }),
  ).toBeVisible();
  await expectAccessible(visitor);
});
