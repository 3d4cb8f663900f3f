import type { MenuItemConstructorOptions } from 'electron';
import type { Texts } from './texts.ts';

export interface MenuActs {
  readonly openBrowser: () => void;
  readonly openLogs: () => void;
  readonly reload: () => void;
  readonly quit: () => void;
}

/** The application menu. Roles carry the system's own words and keys. */
export function menuTemplate(
  texts: Texts,
  acts: MenuActs,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const quit: MenuItemConstructorOptions = {
    label: texts.quit,
    accelerator: 'CommandOrControl+Q',
    click: acts.quit,
  };
  const own: MenuItemConstructorOptions[] =
    platform === 'darwin'
      ? [{ role: 'about' }, { type: 'separator' }, { role: 'services' }, { type: 'separator' }]
      : [];
  const file: MenuItemConstructorOptions[] = [
    ...own,
    { label: texts.openBrowser, click: acts.openBrowser },
    { label: texts.logs, click: acts.openLogs },
    { type: 'separator' },
    { role: 'close' },
    quit,
  ];
  return [
    { label: platform === 'darwin' ? 'AcoustID' : `&${texts.file}`, submenu: file },
    { role: 'editMenu' },
    {
      label: `&${texts.view}`,
      submenu: [
        { label: texts.reload, accelerator: 'CommandOrControl+R', click: acts.reload },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
