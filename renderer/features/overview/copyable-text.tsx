import { useState } from 'react';
import type { ReactElement } from 'react';

const CONFIRMED_MS = 2000;

/** A line to be copied elsewhere, with the button that does it. */
export function CopyableText({
  label,
  text,
}: {
  readonly label: string;
  readonly text: string;
}): ReactElement {
  const [outcome, setOutcome] = useState('Copy');

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('Copied');
    } catch {
      // Only secure origins have a clipboard: over plain http from another machine there is none.
      setOutcome('Select it by hand');
    }
    setTimeout(() => setOutcome('Copy'), CONFIRMED_MS);
  };

  return (
    <div className="copyable">
      <code>{text}</code>
      <button type="button" aria-label={`Copy: ${label}`} onClick={() => void copy()}>
        <span aria-live="polite">{outcome}</span>
      </button>
    </div>
  );
}
