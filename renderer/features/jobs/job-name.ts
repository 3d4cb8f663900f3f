import { useIntl } from 'react-intl';

/** The name of a kind of job in the language of the page; a kind we have no word for names itself. */
export function useJobName(): (kind: string) => string {
  const { formatMessage, messages } = useIntl();
  return (kind) => {
    const id = `jobs.kind.${kind}`;
    return id in messages ? formatMessage({ id }) : kind;
  };
}
