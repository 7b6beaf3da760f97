import '@cloudscape-design/global-styles/index.css';
import './shell/console.css';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { loadConfiguration } from './api/configuration.ts';
import { withRetries } from './api/with-retries.ts';
import { App } from './app.tsx';
import { loadTexts } from './i18n/i18n.ts';
import { createSession } from './session/session.ts';
import { restoreAppearance } from './shell/appearance.ts';

async function start(root: HTMLElement): Promise<void> {
  restoreAppearance();
  const [{ language, controlTexts }, configuration] = await Promise.all([loadTexts(), withRetries(loadConfiguration)]);
  const session = createSession(configuration);
  createRoot(root).render(
    <StrictMode>
      <I18nProvider locale={language} messages={[controlTexts]}>
        <BrowserRouter>
          <App session={session} />
        </BrowserRouter>
      </I18nProvider>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root !== null) {
  start(root).catch(() => {
    root.textContent = 'The console could not be loaded. Reload the page; if it stays so, tell your operator.';
  });
}
