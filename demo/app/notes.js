import { element } from './page.js';

const notes = element('notes');
notes.value = sessionStorage.getItem('notes') ?? '';
notes.addEventListener('input', () => {
  sessionStorage.setItem('notes', notes.value);
  element('saved').textContent = `Saved, ${notes.value.length} characters.`;
});
