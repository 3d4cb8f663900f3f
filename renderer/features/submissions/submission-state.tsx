import { Badge } from '@mantine/core';
import { IconCheck, IconClock, IconExclamationMark, IconMinus } from '@tabler/icons-react';
import { useIntl } from 'react-intl';
import type { ReactElement } from 'react';
import type { Answer } from '../../api/client.ts';
import { useText } from '../../messages/use-text.ts';

export type Submission = Answer<'GET /submissions'>['rows'][number];

const LOOK = {
  pending: { color: 'petrol', icon: IconClock },
  imported: { color: 'green', icon: IconCheck },
  skipped: { color: 'gray', icon: IconMinus },
  parked: { color: 'red', icon: IconExclamationMark },
} as const satisfies Record<Submission['state'], object>;

/** Where a submission is, in word, sign and colour. */
export function SubmissionState({ state }: { readonly state: Submission['state'] }): ReactElement {
  const text = useText();
  const { color, icon: Icon } = LOOK[state];
  return (
    <Badge
      variant="default"
      tt="none"
      fw={500}
      miw="max-content"
      leftSection={<Icon size={13} color={`var(--mantine-color-${color}-filled)`} aria-hidden />}
    >
      {text(`submissions.state.${state}`)}
    </Badge>
  );
}

/** What the importer decided, in words; a verdict that we have none for names itself. */
export function useVerdict(): (verdict: string) => string {
  const { formatMessage, messages } = useIntl();
  return (verdict) => {
    const id = `submissions.verdict.${verdict}`;
    return id in messages ? formatMessage({ id }) : verdict;
  };
}
