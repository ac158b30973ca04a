import { defineConfig } from 'vite'

// Bundles assets/ into static/built, from where the program embeds it. Names carry a hash of the content, and the manifest
// says which file came of which source; static.go reads it.
export default defineConfig({
  root: 'internal/web/assets',
  publicDir: false,
  base: './',
  build: {
    outDir: '../static/built',
    emptyOutDir: true,
    assetsDir: '',
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    // What light-dark() needs.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    rolldownOptions: {
      input: ['app.css', 'app.js', 'theme.js'].map((name) => `internal/web/assets/${name}`),
      checks: { eval: false }, // htmx can; app.js and the Content-Security-Policy forbid it
    },
  },
})
