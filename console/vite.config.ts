// How the console is built: two pages that share their modules, each split by route.
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const SERVER = process.env.JIEMU_SERVER ?? 'http://127.0.0.1:8470'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The server puts a fresh one in its place with every page: Ant Design writes its styles into <style>.
  html: { cspNonce: '__CSP_NONCE__' },
  // MapLibre's, which is a module of its own.
  worker: { format: 'es' },
  build: {
    outDir: join(import.meta.dirname, '../dist/console'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // data: URLs would have to be allowed for pictures from anywhere.
    assetsInlineLimit: 0,
    // MapLibre and Ant Design are large by nature; benchmarks/bundle.ts holds what a first visit loads.
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      input: [join(import.meta.dirname, 'index.html'), join(import.meta.dirname, 'field.html')],
    },
  },
  // `npx vite console` beside a running `jiemu serve`: pages from here, everything else from there.
  server: {
    proxy: Object.fromEntries(
      ['/api', '/media', '/reports'].map(path => [
        path,
        { target: SERVER, ws: true, configure: proxy => proxy.on('proxyReq', to => to.setHeader('origin', SERVER)) },
      ]),
    ),
  },
})
