import npmShippedChromium from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Person } from '../../scripts/local/people.ts';

export interface ConsoleWindow {
  width?: number;
  height?: number;
  language?: string;
  isDark?: boolean;
}

/** A reviewer's browser. Each window has its own cookies and storage. */
export class ConsoleBrowser {
  readonly #browser: Browser;
  readonly #endpoint: string;

  static async launch(endpoint: string): Promise<ConsoleBrowser> {
    const browser = await chromium.launch({
      executablePath: await npmShippedChromium.executablePath(),
      // Not the package's own arguments, which switch the same-origin policy off.
      args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
    });
    return new ConsoleBrowser(browser, endpoint);
  }

  private constructor(browser: Browser, endpoint: string) {
    this.#browser = browser;
    this.#endpoint = endpoint;
  }

  async open(options: ConsoleWindow = {}): Promise<Page> {
    const { width = 1440, height = 900, language = 'en-US', isDark = false } = options;
    const context = await this.#browser.newContext({
      baseURL: this.#endpoint,
      viewport: { width, height },
      locale: language,
      colorScheme: isDark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    return context.newPage();
  }

  /** Opens a path as somebody, through the sign-in page that they are sent to. */
  async openAs(person: Person, path: string, options: ConsoleWindow = {}): Promise<Page> {
    const page = await this.open(options);
    await page.goto(path);
    await page.locator(`input[name=username][value=${person.username}]`).check();
    await page.locator('input[name=password]').fill(person.password);
    await page.locator('button[type=submit]').first().click();
    await page.locator('#top-bar').waitFor();
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
