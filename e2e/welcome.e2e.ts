import { expect, expectAccessible, test } from './fixtures.ts';

test('the first steps are walked from the settings to the dashboard', async ({ admin }) => {
  await admin.goto('/settings');
  await admin.getByRole('link', { name: 'First steps again' }).click();
  await expect(admin.getByRole('link', { name: 'Restore a backup' })).toHaveAttribute(
    'href',
    '/backups',
  );
  const next = admin.getByRole('button', { name: 'Next' });
  await next.click();
  await expect(admin).toHaveURL(/step=disk/);
  await admin.getByRole('button', { name: 'Test the speed' }).click();
  await expect(admin.getByText(/per second; a small write is safe after/)).toBeVisible();
  await next.click();
  await expect(admin.getByText('Comes with a later version')).toHaveCount(2);
  await next.click();
  await expect(admin.getByText('Only programs on this machine reach the appliance.')).toBeVisible();
  await next.click();
  await admin.getByRole('button', { name: 'To the dashboard' }).click();
  await expect(admin).toHaveURL(/:\d+\/$/);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`each first step is accessible at 1024 by 700, ${colorScheme}`, async ({ admin }) => {
    await admin.setViewportSize({ width: 1024, height: 700 });
    await admin.emulateMedia({ colorScheme });
    await admin.goto('/welcome');
    for (const step of ['Language', 'Data folder', 'What to install', 'Network', 'Programs']) {
      await expect(admin.getByRole('heading', { level: 2, name: step })).toBeVisible();
      await expectAccessible(admin);
      await admin.getByRole('button', { name: /^(Next|To the dashboard)$/ }).click();
    }
  });
}

test('everybody reads what this is, whom it speaks to, and what others wrote', async ({
  visitor,
}) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await visitor.emulateMedia({ colorScheme });
    await visitor.goto('/about');
    await expect(visitor.getByText('off', { exact: true })).toHaveCount(5);
    await visitor.getByText('What others wrote and comes with it').click();
    await expect(visitor.getByRole('region', { name: 'Licences' })).toContainText('PostgreSQL');
    await expectAccessible(visitor);
  }
});

test('the palette leads to the API reference', async ({ visitor }) => {
  await visitor.goto('/about');
  await expect(visitor.getByRole('heading', { name: 'API reference' })).toBeVisible();
  await visitor.keyboard.press('Control+k');
  await visitor.getByRole('textbox', { name: 'Search or jump to…' }).fill('api ref');
  await visitor.keyboard.press('Enter');
  await expect(visitor).toHaveURL(/\/docs\/api$/);
});
