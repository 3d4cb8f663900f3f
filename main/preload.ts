/**
 * Runs before every page of the window, apart from its code: puts the one typed table on
 * `window.acoustid`. Nothing of Electron itself gets through, only names the contract knows.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { callChannelOf, EVENT_NAMES, eventChannelOf, OPERATION_NAMES } from './ipc/channels.ts';
import type { Shell } from './ipc/contract.ts';

const shell: Shell = {
  call: async (name, input) => {
    if (!OPERATION_NAMES.includes(name)) throw new Error(`there is no operation ${name}`);
    return await ipcRenderer.invoke(callChannelOf(name), input);
  },
  on: (name, listener) => {
    if (!EVENT_NAMES.includes(name)) throw new Error(`there is no event ${name}`);
    // The page never gets the event itself, for through it the sender could be had.
    const onEvent = (_event: unknown, value: unknown): void => {
      listener(value as Parameters<typeof listener>[0]);
    };
    const channel = eventChannelOf(name);
    ipcRenderer.on(channel, onEvent);
    return () => {
      ipcRenderer.off(channel, onEvent);
    };
  },
};

contextBridge.exposeInMainWorld('acoustid', shell);
