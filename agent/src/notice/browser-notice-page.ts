import type { Notice } from '@afterimage/contracts';
import { browserPageStyle } from '../dialog/browser-page-style.ts';
import { choicesOf } from './notice-choices.ts';

/**
 * JavaScript that shows the notice on an empty page, as text and never as markup, and is a promise of the user's answer. Enter is the
 * last choice, Escape the first.
 */
export function noticeScript(notice: Notice): string {
  const { title, body, language } = notice;
  const shown = JSON.stringify({ title, body, language, style: browserPageStyle, choices: choicesOf(notice) });
  return `(({ title, body, language, style, choices }) => new Promise((resolve) => {
    const add = (parent, name, text) => {
      const element = document.createElement(name);
      element.textContent = text;
      return parent.appendChild(element);
    };
    document.title = title;
    document.documentElement.lang = language;
    add(document.head, 'style', style);
    const main = add(document.body, 'main', '');
    main.setAttribute('role', 'alertdialog');
    add(main, 'h1', title);
    const text = add(main, 'p', body);
    text.dir = 'auto';
    const footer = add(main, 'footer', '');
    const buttons = choices.map(({ label, answer }) => {
      const button = add(footer, 'button', label);
      button.value = answer;
      button.onclick = () => resolve(answer);
      return button;
    });
    buttons.at(-1).focus();
    document.onkeydown = ({ key }) => {
      if (key === 'Escape') resolve(choices[0].answer);
    };
  }))(${shown})`;
}
