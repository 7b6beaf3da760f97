import type { DialogContent } from '../dialog/dialog-content.ts';
import type { PanelAnswer } from './session-panel.ts';

const style = `
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #1f3a5f; font: 18px/1.5 sans-serif }
  main { box-sizing: border-box; width: min(40rem, 92vw); padding: 2rem; background: #fff; color: #1a1a1a; border-radius: 8px }
  h1 { margin: 0 0 1rem; font-size: 1.4rem }
  p { white-space: pre-wrap; overflow-wrap: anywhere }
  footer { display: flex; gap: 1rem; justify-content: end; margin-top: 2rem }
  button { font: inherit; padding: .6rem 1.6rem; cursor: pointer }
`;

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
  }))(${JSON.stringify({ ...content, language, style })}, ${withinMs})`;
}
