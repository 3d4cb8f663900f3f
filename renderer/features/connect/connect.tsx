import { Alert, Anchor, Group, Paper, Stack, Tabs, Text, Title } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useSession } from '../../api/session.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { CopyableLine } from '../../ui/copyable.tsx';
import { Page } from '../../ui/page.tsx';
import classes from './connect.module.css';
import { LiveTester } from './live-tester.tsx';
import { RECIPES } from './recipes.ts';
import type { Place, Recipe } from './recipes.ts';
import { usePlace } from './use-place.ts';

/** A recipe for each program, filled in, and beside it what arrives. */
export function Component(): ReactElement {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const place = usePlace();
  const chosen = RECIPES.find(({ id }) => id === search.get('app')) ?? RECIPES[0];
  return (
    <Page title={text('connect.title')} description={text('connect.description')}>
      <Essentials place={place} />
      <Paper p="md">
        <Tabs
          value={chosen?.id ?? null}
          onChange={(id) => setSearch(id === null ? {} : { app: id }, { replace: true })}
          orientation="vertical"
          keepMounted={false}
        >
          <Tabs.List aria-label={text('connect.programs')}>
            {RECIPES.map(({ id, name }) => (
              <Tabs.Tab key={id} value={id} className={classes.tab ?? ''}>
                {name}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {RECIPES.map((recipe) => (
            <Tabs.Panel key={recipe.id} value={recipe.id} pl="lg" className={classes.panel}>
              <RecipeCard recipe={recipe} place={place} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Paper>
    </Page>
  );
}

function Essentials({ place }: { readonly place: Place }): ReactElement {
  const text = useText();
  const session = useSession();
  return (
    <Paper p="md">
      <Group align="flex-start" gap="xl" grow>
        <Stack gap={4}>
          <Text size="sm">{text('connect.address')}</Text>
          <CopyableLine value={`${place.origin}/v2/`} what={text('connect.address')} />
        </Stack>
        <Stack gap={4}>
          <Text size="sm">{text('connect.applicationKey')}</Text>
          <CopyableLine value={place.application} what={text('ui.key.application.name')} />
        </Stack>
        <Stack gap={4}>
          <Text size="sm">{text('connect.userKey')}</Text>
          <CopyableLine value={place.user} what={text('ui.key.user.name')} />
        </Stack>
      </Group>
      {session?.account === null && (
        <Text size="sm" c="dimmed" mt="sm">
          {text('connect.signIn')}
        </Text>
      )}
      {session?.account && (
        <Anchor component={Link} to={paths.applications} size="sm" mt="sm" display="inline-block">
          {text('connect.otherKeys')}
        </Anchor>
      )}
    </Paper>
  );
}

function RecipeCard({
  place,
  recipe,
}: {
  readonly recipe: Recipe;
  readonly place: Place;
}): ReactElement {
  const text = useText();
  const { about, client, name, text: recipeText } = recipe;
  return (
    <Stack gap="md">
      <div>
        <Title order={2}>{name}</Title>
        <Text size="sm" mt={4}>
          {text(about)}
        </Text>
      </div>
      {recipeText ? (
        <CopyableLine value={recipeText(place)} what={text('connect.recipe', { name })} />
      ) : (
        <Alert color="gray" title={text('connect.fixed.title')}>
          {text('connect.fixed')}
        </Alert>
      )}
      <LiveTester client={client} name={name} />
    </Stack>
  );
}
