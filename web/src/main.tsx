import '@cloudscape-design/global-styles/index.css';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import germanMessages from '@cloudscape-design/components/i18n/messages/all.de';
import englishMessages from '@cloudscape-design/components/i18n/messages/all.en';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { loadConfiguration } from './api/configuration.ts';
import { App } from './app.tsx';
import { initialiseTexts } from './i18n/i18n.ts';
import { createSession } from './session/session.ts';
import { restoreAppearance } from './shell/appearance.ts';

async function start(root: HTMLElement): Promise<void> {
  restoreAppearance();
  const [language, configuration] = await Promise.all([initialiseTexts(), loadConfiguration()]);
  const session = createSession(configuration);
  createRoot(root).render(
    <StrictMode>
      <I18nProvider locale={language} messages={[englishMessages, germanMessages]}>
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
