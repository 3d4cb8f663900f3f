import { expect, expectAccessible, test } from './fixtures.ts';

test('a recipe is filled in, and a request that arrives is seen without reloading', async ({
  admin,
  stage,
}) => {
  await admin.goto('/connect');
  await admin.getByRole('tab', { name: 'pyacoustid' }).click();
  await expect(admin).toHaveURL(/app=pyacoustid/);
  const status = admin.getByRole('tabpanel').getByRole('status');
  const recipe = await admin.getByText(/^import acoustid/).innerText();
  expect(recipe).toContain(`acoustid.set_base_url('${stage.appliance.api}/v2/')`);
  const [, key = ''] = /match\('(\w+)'/.exec(recipe) ?? [];
  await expect(status).toContainText('Waiting for a request of pyacoustid');
  const headers = { 'user-agent': 'python-requests/2.28.1' };
  const address = `${stage.appliance.api}/v2/lookup?trackid=${crypto.randomUUID()}&client=`;
  await fetch(`${address}wrong`, { headers });
  await expect(status).toContainText('was refused: invalid apikey');
  await fetch(address + key, { headers });
  await expect(status).toContainText('It works: a request arrived');
  await expect(admin.getByRole('cell', { name: /GET \/v2\/lookup python-requests/ })).toHaveCount(
    2,
  );
});

test('a visitor sees the places of keys, not keys', async ({ visitor }) => {
  await visitor.goto('/connect?app=beets');
  await expect(visitor.getByText('Sign in to have your keys filled in')).toBeVisible();
  await expect(visitor.getByText(/apikey: USER_KEY/)).toBeVisible();
});

test('the recipes are accessible, light and dark', async ({ admin }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await admin.emulateMedia({ colorScheme });
    await admin.goto('/connect');
    await expect(admin.getByRole('heading', { name: 'What arrives' })).toBeVisible();
    await expectAccessible(admin);
  }
});
