import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The console is one static bundle; where it talks to is in `config.json`, which the deployment writes beside it. */
export default defineConfig({
  plugins: [react()],
  build: { outDir: '../.build/web', emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 1500 },
  worker: { format: 'es' },
});
