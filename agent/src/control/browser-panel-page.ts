import { browserPageStyle } from '../dialog/browser-page-style.ts';
import type { DialogContent } from '../dialog/dialog-content.ts';
import type { PanelAnswer } from './session-panel.ts';

/**
 * JavaScript that shows the panel on the agent's own page, as text and never as markup. It is a promise of the button
 * that the user presses, or of `looked` after the time. To be run again and again: a button that was pressed between
 * two runs counts in the next one, and the page is touched only where it says something else.
 */
export function panelScript(content: DialogContent<PanelAnswer>, language: string, withinMs: number): string {
  return `((view, withinMs) => new Promise((resolve) => {
    const take = () => {
      const answer = window.pressed;
      window.pressed = undefined;
      resolve(answer);
    };
    window.take = take;
    setTimeout(() => resolve('looked'), withinMs);
    if (window.pressed) return take();
    const text = JSON.stringify(view);
    if (window.shown === text) return;
    window.shown = text;
    const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });
    document.title = view.title;
    document.documentElement.lang = view.language;
    document.head.replaceChildren(make('title', view.title), make('style', view.style));
    const main = make('main', '');
    const state = make('p', view.body);
    state.setAttribute('role', 'status');
    const footer = make('footer', '');
    footer.append(...view.choices.map(({ label, answer }) => Object.assign(make('button', label), {
      onclick: () => {
        window.pressed = answer;
        window.take();
      },
    })));
    main.append(make('h1', view.title), state, footer);
    document.body.replaceChildren(main);
    footer.querySelector('button')?.focus();
  }))(${JSON.stringify({ ...content, language, style: browserPageStyle })}, ${withinMs})`;
}
