import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// A bundle is for production whoever makes it: a test run would else bundle the slow, chatty React of development.
if (process.argv.includes('build')) process.env.NODE_ENV = 'production';

/** The look's style sheet carries its fonts inside; as files they load when a text needs them, and the page needs no `data:` fonts. */
function fontsAsFiles(): Plugin {
  const font = /url\(["']?data:font\/woff2;base64,([A-Za-z0-9+/=]+)["']?\)/g;
  return {
    name: 'fonts-as-files',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue;
        asset.source = asset.source.toString().replace(font, (_match, base64: string) => {
          const source = Buffer.from(base64, 'base64');
          const reference = this.emitFile({ type: 'asset', name: 'font.woff2', source });
          return `url(/${this.getFileName(reference)})`;
        });
      }
    },
  };
}

/** The console is one static bundle; where it talks to is in `config.json`, which the deployment writes beside it. */
export default defineConfig({
  plugins: [react(), fontsAsFiles()],
  build: { outDir: '../.build/web', emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 1500 },
});
