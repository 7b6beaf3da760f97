export const element = (id) => document.getElementById(id);

export function fillRows(body, rows) {
  body.replaceChildren(
    ...rows.map((cells) => {
      const row = document.createElement('tr');
      row.append(
        ...cells.map((content) => {
          const cell = document.createElement('td');
          if (typeof content === 'object') cell.append(content);
          else cell.textContent = content;
          if (typeof content === 'number' || String(content).startsWith('€')) cell.className = 'number';
          return cell;
        }),
      );
      return row;
    }),
  );
}

export function stateBadge(state) {
  const badge = document.createElement('span');
  badge.className = `state ${state}`;
  badge.textContent = state;
  return badge;
}

export function showToast(text) {
  const toast = element('toast');
  toast.textContent = text;
  toast.classList.add('shown');
  setTimeout(() => toast.classList.remove('shown'), 2500);
}

const here = location.pathname.split('/').at(-1) || 'index.html';
document.querySelector(`nav a[href="${here}"]`)?.setAttribute('aria-current', 'page');
element('search').addEventListener('keydown', (event) => {
  if (event.key === 'Enter') location.href = `orders.html?q=${encodeURIComponent(event.target.value)}`;
});
