import { Button, Group, Modal, Paper, Text as Words } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconChecks, IconHistory, IconKeyboard } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useApiAction } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Failure, failureText } from '../../ui/failure.tsx';
import { Waiting } from '../../ui/loaded.tsx';
import { More } from '../../ui/more.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { Page } from '../../ui/page.tsx';
import { CaseList } from './case-list.tsx';
import { CasePanel } from './case-panel.tsx';
import { DecideCases } from './decide-cases.tsx';
import { KeySheet } from './key-sheet.tsx';
import classes from './moderation.module.css';
import { QueueBar } from './queue-bar.tsx';
import { ReviewAct } from './review-act.tsx';
import { useCases } from './use-cases.ts';
import type { CaseQueue } from './use-cases.ts';
import { useDeciding } from './use-deciding.ts';
import type { Deciding } from './use-deciding.ts';

/** The queues of suspicion: what looks wrong, why, and what would mend it. */
export function Component(): ReactElement {
  const text = useText();
  const queue = useCases();
  const { kind, result, rows, selected, state } = queue;
  const deciding = useDeciding(queue);
  const { chosen, help, isHelping, together } = deciding;
  return (
    <Page
      title={text('moderation.title')}
      description={text('moderation.description')}
      actions={<Actions onHelp={() => help(true)} />}
    >
      <QueueBar queue={queue} />
      {result.isPending && <Waiting lines={6} />}
      {result.error && rows.length === 0 && (
        <Failure error={result.error} onRetry={() => void result.refetch()} />
      )}
      {result.isSuccess && rows.length === 0 && (
        <Nothing
          isAll={kind === undefined}
          state={state}
          onAll={() => queue.filter({ kind: undefined, state })}
        />
      )}
      {together.length > 0 && (
        <Together count={together.length} isOpen={state === 'open'} deciding={deciding} />
      )}
      {selected && (
        <div className={classes.panes}>
          <Paper>
            <CaseList
              cases={rows}
              selected={selected.id}
              onSelect={queue.select}
              chosen={chosen}
              onChoose={deciding.choose}
            />
            <More result={result} />
          </Paper>
          <CasePanel
            each={selected}
            onApply={deciding.reviewSelected}
            onDecide={deciding.decideSelected}
          />
        </div>
      )}
      <Dialogs deciding={deciding} />
      <KeySheet opened={isHelping} onClose={() => help(false)} />
    </Page>
  );
}

function Dialogs({ deciding }: { readonly deciding: Deciding }): ReactElement {
  const text = useText();
  const { close, concerned, decision, goOn, reviewed, tellDone } = deciding;
  return (
    <>
      <Modal
        opened={reviewed !== undefined}
        onClose={close}
        title={text('moderation.review.title')}
        size="lg"
        centered
        closeButtonProps={{ 'aria-label': text('ui.close') }}
      >
        {reviewed && (
          <ReviewAct
            act={reviewed}
            onCancel={close}
            onApplied={(id, what) => {
              goOn();
              tellDone(id, what);
            }}
          />
        )}
      </Modal>
      <DecideCases
        decision={decision}
        ids={concerned.map(({ id }) => id)}
        onClose={close}
        onDecided={goOn}
      />
    </>
  );
}

function Actions({ onHelp }: { readonly onHelp: () => void }): ReactElement {
  const text = useText();
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconKeyboard size={16} aria-hidden />}
        onClick={onHelp}
      >
        {text('moderation.keys')}
      </Button>
      <Button
        variant="default"
        component={Link}
        to={paths.moderationLog}
        leftSection={<IconHistory size={16} aria-hidden />}
      >
        {text('moderation.log')}
      </Button>
    </>
  );
}

function Together({
  count,
  deciding: { chooseNone, decide, review },
  isOpen,
}: {
  readonly count: number;
  readonly isOpen: boolean;
  readonly deciding: Deciding;
}): ReactElement {
  const text = useText();
  return (
    <Paper p="xs" px="md" component="section" aria-label={text('moderation.together')}>
      <Group justify="space-between">
        <Words size="sm" role="status">
          {text('moderation.chosen', { count })}
        </Words>
        <Group gap="xs">
          <Button size="xs" variant="subtle" onClick={chooseNone}>
            {text('moderation.choose.none')}
          </Button>
          <Button size="xs" variant="default" onClick={decide}>
            {text(isOpen ? 'moderation.dismiss.all' : 'moderation.reopen.all', { count })}
          </Button>
          {isOpen && (
            <Button size="xs" onClick={() => review()}>
              {text('moderation.review.all', { count })}
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}

function Nothing({
  isAll,
  onAll,
  state,
}: {
  readonly isAll: boolean;
  readonly onAll: () => void;
  readonly state: CaseQueue['state'];
}): ReactElement {
  const text = useText();
  const refresh = useApiAction('POST /suspicions/refresh', {
    onDone: () =>
      notifications.show({
        closeButtonProps: { 'aria-label': text('ui.close') },
        color: 'petrol',
        message: text('moderation.looking'),
      }),
  });
  return (
    <NothingHere
      icon={<IconChecks />}
      title={text(`moderation.none.${state}`)}
      action={
        <Group gap="xs">
          {!isAll && (
            <Button variant="default" onClick={onAll}>
              {text('moderation.none.all')}
            </Button>
          )}
          {state === 'open' && (
            <Button
              variant="default"
              loading={refresh.isPending}
              onClick={() =>
                refresh.mutate(
                  {},
                  {
                    onError: (error) =>
                      notifications.show({
                        closeButtonProps: { 'aria-label': text('ui.close') },
                        color: 'red',
                        message: failureText(text, error),
                      }),
                  },
                )
              }
            >
              {text('moderation.look')}
            </Button>
          )}
        </Group>
      }
    >
      {text(`moderation.none.${state}.text`)}
    </NothingHere>
  );
}
