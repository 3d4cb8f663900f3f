import { Anchor, Button, Checkbox, Paper, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../../api/use-api.ts';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { actWords } from './act.ts';
import type { Act } from './act.ts';
import { FORM_KINDS, FORMS, readAct, readList } from './act-form.ts';
import type { Field, Fields, FormKind } from './act-form.ts';
import { ReviewAct } from './review-act.tsx';
import { useUndo } from './use-undo.tsx';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** An act that no case suggests: its form, filled in by the address, then its preview. */
export function Component(): ReactElement {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const [reviewed, setReviewed] = useState<Act>();
  const { tellDone } = useUndo();
  const kind = FORM_KINDS.find((each) => each === search.get('kind')) ?? 'link_disable';
  const fields: Fields = Object.fromEntries(search);
  const set = (name: string, value: string): void => {
    setReviewed(undefined);
    setSearch(
      (before) => {
        before.set(name, value);
        return before;
      },
      { replace: true },
    );
  };
  return (
    <Page
      title={text('moderation.free')}
      description={text('moderation.free.description')}
      actions={
        <Anchor component={Link} to={paths.moderationLog} size="sm">
          {text('moderation.log')}
        </Anchor>
      }
    >
      <Paper p="md" maw={720}>
        <ActForm kind={kind} fields={fields} onSet={set} onDone={setReviewed} />
      </Paper>
      {reviewed && (
        <Paper p="md" maw={720} component="section" aria-label={text('moderation.review.title')}>
          <ReviewAct
            key={JSON.stringify(reviewed)}
            act={reviewed}
            onCancel={() => setReviewed(undefined)}
            onApplied={(id) => {
              tellDone(id, actWords(text, reviewed));
              setReviewed(undefined);
            }}
          />
        </Paper>
      )}
    </Page>
  );
}

function ActForm({
  fields,
  kind,
  onDone,
  onSet,
}: {
  readonly kind: FormKind;
  readonly fields: Fields;
  readonly onSet: (name: string, value: string) => void;
  readonly onDone: (act: Act | undefined) => void;
}): ReactElement {
  const text = useText();
  const act = readAct(kind, fields);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDone(act);
      }}
    >
      <Stack gap="sm">
        <Select
          label={text('moderation.log.what')}
          allowDeselect={false}
          value={kind}
          onChange={(value) => onSet('kind', value ?? kind)}
          data={FORM_KINDS.map((each) => ({
            value: each,
            label: text(`moderation.log.kind.${each}`),
          }))}
        />
        {FORMS[kind].map((field) => (
          <FieldInput
            key={field}
            field={field}
            fields={fields}
            onChange={(value) => onSet(field, value)}
          />
        ))}
        <Button type="submit" variant="default" disabled={!act} w="fit-content">
          {text('moderation.preview.show')}
        </Button>
      </Stack>
    </form>
  );
}

function FieldInput({
  field,
  fields,
  onChange,
}: {
  readonly field: Field;
  readonly fields: Fields;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const text = useText();
  const track = fields.track ?? '';
  if (field === 'fingerprints' && UUID.test(track)) {
    return <FingerprintChoice gid={track} value={fields.fingerprints ?? ''} onChange={onChange} />;
  }
  return (
    <TextInput
      label={text(`moderation.field.${field}`)}
      description={text(`moderation.field.${field}.text`)}
      value={fields[field] ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
      required
    />
  );
}

/** The fingerprints of a track, to be ticked. */
function FingerprintChoice({
  gid,
  onChange,
  value,
}: {
  readonly gid: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { data } = useApi('GET /tracks/:gid', { params: { gid } });
  return (
    <Checkbox.Group
      label={text('moderation.field.fingerprints')}
      description={text('moderation.field.fingerprints.choose')}
      value={readList(value)}
      onChange={(ids) => onChange(ids.join(','))}
    >
      <Stack gap={6} mt="xs">
        {(data?.fingerprints ?? []).map(({ id, lengthSeconds, submissions }) => (
          <Checkbox
            key={id}
            size="xs"
            value={String(id)}
            label={`${text('moderation.fingerprint', { id })}, ${format.length(lengthSeconds)}, ${text(
              'moderation.submissions',
              { count: submissions },
            )}`}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
