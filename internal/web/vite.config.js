import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'

// Vite gathers the licenses of what scripts import (licenses.md), but not of what styles do.
const licenseOfPico = {
  name: 'license-of-pico',
  generateBundle() {
    const source = readFileSync('node_modules/@picocss/pico/LICENSE.md')
    this.emitFile({ type: 'asset', fileName: 'license-of-pico.md', source })
  },
}

// Bundles assets/ into static/built, from where the program embeds it. Names carry a hash of the
// content, and the manifest says which file came of which source; static.go reads it.
export default defineConfig({
  root: 'internal/web/assets',
  publicDir: false,
  base: './',
  plugins: [licenseOfPico],
  build: {
    outDir: '../static/built',
    emptyOutDir: true,
    assetsDir: '',
    manifest: 'manifest.json',
    license: { fileName: 'licenses.md' },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000, // kB: swagger-ui, which only /docs loads
    // What light-dark() needs.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    rolldownOptions: {
      input: ['app.css', 'app.js', 'theme.js', 'docs.css', 'docs.js'].map((name) => `internal/web/assets/${name}`),
      checks: {
        eval: false, // htmx can; app.js and the Content-Security-Policy forbid it
        bundlerTimings: false, // a busy machine is no news
      },
    },
  },
})
