/**
 * The names of the contract without its schemas: a preload script is one small file. That none is
 * missing or left over is checked by the compiler and by `handlers.test.ts`.
 */
import type { EventName, OperationName } from './contract.ts';

export const OPERATION_NAMES = [
  'life',
  'retry',
  'restart-service',
  'open-logs',
  'quit',
  'sign-in',
  'settings',
  'set-server',
  'set-shell',
  'choose-folder',
  'move-data',
  'cancel-move',
  'check-updates',
  'install-update',
] as const satisfies readonly OperationName[];

export const EVENT_NAMES = ['life', 'move', 'update'] as const satisfies readonly EventName[];

export function callChannelOf(name: OperationName): string {
  return `acoustid:call:${name}`;
}

export function eventChannelOf(name: EventName): string {
  return `acoustid:event:${name}`;
}
