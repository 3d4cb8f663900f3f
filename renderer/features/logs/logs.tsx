import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDownload, IconPlayerPause, IconPlayerPlay, IconTerminal2 } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import { urlOf } from '../../api/client.ts';
import { useText } from '../../messages/use-text.ts';
import { Failure } from '../../ui/failure.tsx';
import { Waiting } from '../../ui/loaded.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { LogDetails } from './log-details.tsx';
import { LogList } from './log-list.tsx';
import { LEVELS, SERVICES, useLogs } from './use-logs.ts';
import type { LogFilter, LogRow } from './use-logs.ts';

const TYPING_MS = 250;

/** What the services write, as they write it. */
export function Component(): ReactElement {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const [isFollowing, setIsFollowing] = useState(true);
  const [chosen, setChosen] = useState<LogRow>();
  const filter: LogFilter = {
    service: SERVICES.find((each) => each === search.get('service')),
    level: LEVELS.find((each) => each === search.get('level')) ?? 'debug',
    text: search.get('text') ?? '',
  };
  const change = (name: string, value: string): void =>
    setSearch(
      (known) => {
        const next = new URLSearchParams(known);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const logs = useLogs(filter, isFollowing);
  const { error, isPending, rows } = logs;
  return (
    <Page
      title={text('logs.title')}
      description={text('logs.description')}
      actions={
        <Button
          component="a"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          href={urlOf('/logs/download', {}, { service: filter.service })}
          download
        >
          {text('logs.download')}
        </Button>
      }
    >
      <Filters filter={filter} onChange={change}>
        <Button
          size="xs"
          variant="default"
          leftSection={
            isFollowing ? (
              <IconPlayerPause size={14} aria-hidden />
            ) : (
              <IconPlayerPlay size={14} aria-hidden />
            )
          }
          onClick={() => setIsFollowing(!isFollowing)}
        >
          {text(isFollowing ? 'logs.pause' : 'logs.follow')}
        </Button>
      </Filters>
      {isPending && <Waiting lines={12} />}
      {error !== null && rows.length === 0 && <Failure error={error} onRetry={logs.retry} />}
      {!isPending && error === null && rows.length === 0 && !logs.hasOlder && (
        <NothingHere icon={<IconTerminal2 />} title={text('logs.none.title')}>
          {text('logs.none')}
        </NothingHere>
      )}
      {(rows.length > 0 || logs.hasOlder) && (
        <LogList logs={logs} isFollowing={isFollowing} onChoose={setChosen} />
      )}
      <LogDetails row={chosen} onClose={() => setChosen(undefined)} />
    </Page>
  );
}

function Filters({
  children,
  filter,
  onChange,
}: {
  readonly filter: LogFilter;
  readonly onChange: (name: string, value: string) => void;
  readonly children: ReactElement;
}): ReactElement {
  const text = useText();
  const [typed, setTyped] = useState(filter.text);
  const [settled] = useDebouncedValue(typed, TYPING_MS);
  useEffect(() => {
    if (settled !== filter.text) onChange('text', settled);
    // Only what was typed changes the address; the address is not typed back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <Group gap="xs" align="flex-end">
      <Select
        size="xs"
        w={170}
        label={text('logs.service')}
        clearable
        placeholder={text('logs.service.all')}
        value={filter.service ?? null}
        onChange={(value) => onChange('service', value ?? '')}
        data={SERVICES.map((each) => ({ value: each, label: text(`logs.service.${each}`) }))}
      />
      <Select
        size="xs"
        w={190}
        label={text('logs.level')}
        allowDeselect={false}
        value={filter.level}
        onChange={(value) => onChange('level', value === 'debug' ? '' : (value ?? ''))}
        data={LEVELS.map((each) => ({ value: each, label: text(`logs.level.from.${each}`) }))}
      />
      <TextInput
        size="xs"
        w={280}
        label={text('logs.text')}
        placeholder={text('logs.text.example')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {children}
    </Group>
  );
}
