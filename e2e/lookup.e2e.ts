import { heardAgain, songHashes, songSeconds } from '../bench/api/songs.ts';
import { encodeFingerprint } from '../server/fingerprint/codec.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import { audioFile } from './harness/audio.ts';

const SONG = 33;
const heard = encodeFingerprint({ version: 1, hashes: heardAgain(songHashes(SONG), 1) });

test('what fpcalc printed is pasted and found, with the reasons', async ({ visitor }) => {
  await visitor.goto('/workbench');
  await expectAccessible(visitor);
  await visitor
    .getByRole('textbox', { name: 'Fingerprint' })
    .fill(`DURATION=${songSeconds(SONG)}\nFINGERPRINT=${heard}\n`);
  await expect(visitor.getByLabel('Length in seconds')).toHaveValue(String(songSeconds(SONG)));
  await visitor.getByRole('button', { name: 'Look up' }).click();
  await expect(visitor.getByRole('heading', { name: '1 track found' })).toBeVisible();
  await expect(visitor.getByRole('cell', { name: `Song ${SONG} Artist` }).first()).toBeVisible();
  await expect(visitor.getByRole('row', { name: /match/ })).toContainText(String(SONG));
  await expect(visitor.getByRole('img', { name: /Differing bits/ })).toBeVisible();
  await expect(visitor.getByText(/They sound alike at/)).toBeVisible();
  await expectAccessible(visitor);
  await visitor.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(visitor);
});

test('a file of another length is not found, and the looser search says why', async ({
  visitor,
}) => {
  await visitor.setViewportSize({ width: 1024, height: 700 });
  await visitor.goto('/workbench');
  await visitor.getByRole('textbox', { name: 'Fingerprint' }).fill(heard);
  await visitor.getByLabel('Length in seconds').fill(String(songSeconds(SONG) + 20));
  await visitor.getByRole('button', { name: 'Look up' }).click();
  await expect(visitor.getByRole('heading', { name: 'No match' })).toBeVisible();
  const looser = visitor.getByRole('region', { name: 'What a looser search would add' });
  await expect(looser.getByRole('row', { name: /its length/ })).toBeVisible();
  await expectAccessible(visitor);
});

test('a link looks up again what is stored', async ({ stage, visitor }) => {
  const { rows } = await stage.databases.fingerprint.pool.query<{ gid: string }>(
    'select gid from track where id = $1',
    [SONG],
  );
  const { gid } = rows[0]!;
  await visitor.goto(`/tracks/${gid}`);
  await visitor.getByRole('link', { name: 'Look up again' }).click();
  await expect(visitor).toHaveURL(new RegExp(`/workbench\\?track=${gid}$`));
  await expect(visitor.getByRole('article', { name: gid })).toBeVisible();
  await visitor.getByRole('article').getByRole('link', { name: gid }).click();
  await expect(visitor.getByRole('heading', { name: `Song ${SONG}`, level: 1 })).toBeVisible();
});

test('nonsense, silence and the unknown are told apart', async ({ visitor }) => {
  await visitor.goto('/workbench');
  const paste = visitor.getByRole('textbox', { name: 'Fingerprint' });
  const lookUp = visitor.getByRole('button', { name: 'Look up' });
  await visitor.getByLabel('Length in seconds').fill('30');
  await paste.fill('this is no fingerprint');
  await lookUp.click();
  await expect(visitor.getByRole('alert')).toContainText('This is not a fingerprint');
  const silence = new Uint32Array(40).fill(627_964_279);
  await paste.fill(encodeFingerprint({ version: 1, hashes: silence }));
  await lookUp.click();
  await expect(visitor.getByRole('heading', { name: 'Too short to search' })).toBeVisible();
  const unknown = encodeFingerprint({ version: 1, hashes: songHashes(777_777) });
  await paste.fill(unknown);
  await lookUp.click();
  await expect(visitor.getByRole('heading', { name: 'No match' })).toBeVisible();
  await visitor.goto('/workbench?fingerprint=999999');
  await expect(visitor.getByRole('alert')).toContainText('no such fingerprint or track');
});

test('an audio file is listened to and looked up', async ({ visitor }) => {
  await visitor.goto('/workbench');
  await visitor.locator('input[type=file]').setInputFiles(audioFile('tune-30s.mp3'));
  await expect(visitor.getByRole('heading', { name: 'No match' })).toBeVisible();
});

test('a file without music in it is told as such', async ({ visitor }) => {
  await visitor.goto('/workbench');
  await visitor
    .locator('input[type=file]')
    .setInputFiles({ name: 'letter.txt', mimeType: 'audio/mpeg', buffer: Buffer.from('Dear') });
  await expect(visitor.getByRole('alert')).toContainText('No music was found in this file');
  await expectAccessible(visitor);
});
