import type { Setting, SettingValue } from './settings.ts';

/** Where a value came from, as `acoustid config show` prints it: `default`, a file and line, … */
export type Origin = string;

/** A value as it was written, and where. */
export interface Found {
  readonly text: string;
  readonly origin: Origin;
}

const BOOLEANS = new Map([
  ['1', true],
  ['yes', true],
  ['true', true],
  ['on', true],
  ['0', false],
  ['no', false],
  ['false', false],
  ['off', false],
]);

/**
 * Reads one setting's text as its type. Returns the value, or `{ problem }` in words that finish
 * the sentence "server.port …".
 */
export function readValue(
  setting: Setting,
  text: string,
): { value: SettingValue } | { problem: string } {
  if (setting.orNone === true && text === 'none') return { value: undefined };
  switch (setting.type) {
    case 'text':
      return setting.oneOf && !setting.oneOf.includes(text)
        ? { problem: `must be one of ${setting.oneOf.join(', ')}` }
        : { value: text };
    case 'integer':
      return readNumber(setting, text, /^[+-]?\d+$/, 'a whole number');
    case 'number':
      return readNumber(setting, text, /^[+-]?\d+(\.\d+)?$/, 'a number');
    case 'boolean': {
      const value = BOOLEANS.get(text.toLowerCase());
      return value === undefined ? { problem: 'must be yes or no' } : { value };
    }
    case 'list':
      return {
        value: text.split(/[\s,]+/).filter((part) => part !== ''),
      };
  }
}

function readNumber(
  setting: Setting,
  text: string,
  shape: RegExp,
  kind: string,
): { value: number } | { problem: string } {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = setting;
  const value = Number(text);
  if (!shape.test(text) || value < min || value > max) {
    const none = setting.orNone === true ? ', or none' : '';
    return { problem: `must be ${kind} from ${min} to ${max}${none}` };
  }
  return { value };
}
