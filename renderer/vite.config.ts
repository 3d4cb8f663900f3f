import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // All have light-dark(); a stylesheet rewritten for older ones would not follow the theme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The pages forbid inline sources, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Our own measure is the first load; see scripts/first-load.ts.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name].[hash].js',
        assetFileNames: 'assets/[name].[hash][extname]',
      },
    },
  },
  // In development the pages come from Vite and everything else from a running appliance.
  server: { proxy: { '/v2': 'http://127.0.0.1:8380', '/api': 'http://127.0.0.1:8380' } },
});
