import { useCallback } from 'react';
import { useIntl } from 'react-intl';
import type { MessageId } from './messages.ts';

/** What may stand in the braces of a message. */
export type TextValues = Readonly<Record<string, string | number | Date>>;

export type Text = (id: MessageId, values?: TextValues) => string;

/** Messages in the language of the page, by id. */
export function useText(): Text {
  const intl = useIntl();
  return useCallback((id, values) => intl.formatMessage({ id }, { ...values }), [intl]);
}
