import { Anchor, Text as Words } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import type { EvidenceOf } from './evidence.tsx';
import classes from './moderation.module.css';

/** The clusters of a track's fingerprints, and how alike each two are. */
export function Similarities({
  evidence,
}: {
  readonly evidence: EvidenceOf<'track_split'>;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const [a, b] = evidence.clusters.map(({ fingerprints }) => fingerprints[0]);
  return (
    <>
      <div className={classes.sides}>
        {evidence.clusters.map(({ fingerprints, lengths, submissions }, at) => (
          <section
            key={fingerprints[0] ?? at}
            className={classes.side}
            aria-label={text('moderation.cluster', { at: at + 1 })}
          >
            <Words size="xs" c="dimmed">
              {text('moderation.cluster', { at: at + 1 })} ·{' '}
              {text('moderation.submissions', { count: submissions })}
            </Words>
            {fingerprints.map((id, place) => (
              <Words key={id} size="sm">
                {text('moderation.fingerprint', { id })}, {format.length(lengths[place] ?? 0)}
              </Words>
            ))}
          </section>
        ))}
      </div>
      {evidence.matrix && <Matrix evidence={evidence} matrix={evidence.matrix} />}
      {a !== undefined && b !== undefined && (
        <Anchor component={Link} to={paths.compare(a, b)} size="sm">
          {text('moderation.compare')}
        </Anchor>
      )}
    </>
  );
}

function Matrix({
  evidence,
  matrix,
}: {
  readonly evidence: EvidenceOf<'track_split'>;
  readonly matrix: readonly (readonly number[])[];
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const members = evidence.clusters.flatMap(({ fingerprints }, cluster) =>
    fingerprints.map((id) => ({ id, cluster })),
  );
  return (
    <table className={classes.matrix} aria-label={text('moderation.matrix')}>
      <thead>
        <tr>
          <td />
          {members.map(({ id }) => (
            <th key={id} scope="col">
              {id}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {members.map(({ cluster, id }, row) => (
          <tr key={id}>
            <th scope="row">{id}</th>
            {members.map((other, column) => (
              <td key={other.id} data-same={other.cluster === cluster || undefined}>
                {row === column ? '–' : format.number(matrix[row]?.[column] ?? 0, 2)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
