import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { IntlProvider } from 'react-intl';
import { RouterProvider } from 'react-router';
import { createQueryClient } from '../api/query-client.ts';
import { messagesOf } from '../messages/messages.ts';
import { createRouter } from '../routes.tsx';
import { cssVariables, themeOf } from '../theme.ts';
import { LanguageContext, useStoredLanguage } from './language.ts';

/** The rules for styles allow only those that carry the number the server put into the page. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// Where the library that keeps the page from scrolling behind a dialog looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });

/** Everything a page stands in: look, language, cache, router. */
export function Application(): ReactElement {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(() => createRouter(queryClient));
  const stored = useStoredLanguage();
  const messages = messagesOf(stored.language);
  const close = messages['ui.close'] ?? '';
  const theme = useMemo(() => themeOf(close), [close]);
  return (
    <LanguageContext value={stored}>
      <IntlProvider locale={stored.language} defaultLocale="en" messages={messages}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={cssVariables}
          defaultColorScheme="auto"
          getStyleNonce={() => nonce}
        >
          <QueryClientProvider client={queryClient}>
            <Notifications position="bottom-right" />
            <RouterProvider router={router} />
          </QueryClientProvider>
        </MantineProvider>
      </IntlProvider>
    </LanguageContext>
  );
}
