import { Button, Group, Paper, Stepper } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useApi } from '../../api/use-api.ts';
import { useText } from '../../messages/use-text.ts';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { AppsStep } from './apps-step.tsx';
import { DataStep } from './data-step.tsx';
import { DiskStep } from './disk-step.tsx';
import { LookStep } from './look-step.tsx';
import { NetworkStep } from './network-step.tsx';
import classes from './welcome.module.css';

const STEPS = ['look', 'disk', 'data', 'network', 'apps'] as const;

type Step = (typeof STEPS)[number];

/** The first steps, each of which may be left out; they can be walked again from the settings. */
export function Component(): ReactElement {
  const text = useText();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const at = Math.max(
    STEPS.findIndex((step) => step === search.get('step')),
    0,
  );
  const step = STEPS[at] ?? 'look';
  const content = useRef<HTMLDivElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    // Whoever came by keyboard or ear goes on in the step, not at the buttons below it.
    if (shown.current !== step) content.current?.focus();
    shown.current = step;
  }, [step]);
  const go = (to: number): void => {
    const next = STEPS[to];
    if (next) setSearch({ step: next });
    else void navigate(paths.dashboard);
  };
  return (
    <Page
      title={text('welcome.title')}
      description={text('welcome.description')}
      actions={
        <Button variant="subtle" color="gray" onClick={() => void navigate(paths.dashboard)}>
          {text('welcome.leave')}
        </Button>
      }
    >
      <Stepper
        active={at}
        onStepClick={go}
        size="xs"
        iconSize={28}
        aria-label={text('welcome.steps')}
      >
        {STEPS.map((each) => (
          <Stepper.Step key={each} label={text(`welcome.${each}`)} />
        ))}
      </Stepper>
      <Paper p="lg">
        <div
          ref={content}
          tabIndex={-1}
          role="group"
          aria-label={text(`welcome.${step}`)}
          className={classes.step}
        >
          <StepContent step={step} />
        </div>
        <Group justify="space-between" mt="lg">
          <Button variant="default" disabled={at === 0} onClick={() => go(at - 1)}>
            {text('welcome.back')}
          </Button>
          <Button onClick={() => go(at + 1)}>
            {text(at === STEPS.length - 1 ? 'welcome.finish' : 'welcome.next')}
          </Button>
        </Group>
      </Paper>
    </Page>
  );
}

function StepContent({ step }: { readonly step: Step }): ReactElement {
  const query = useApi('GET /welcome', {});
  if (step === 'look') return <LookStep />;
  if (step === 'apps') return <AppsStep />;
  return (
    <Loaded query={query} lines={6}>
      {(machine) => {
        if (step === 'disk') return <DiskStep machine={machine} />;
        if (step === 'data') return <DataStep machine={machine} />;
        return <NetworkStep machine={machine} />;
      }}
    </Loaded>
  );
}
