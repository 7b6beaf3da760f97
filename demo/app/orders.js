import { euros, orders, products } from './data.js';
import { element, fillRows, stateBadge } from './page.js';

const asked = new URLSearchParams(location.search).get('q')?.toLowerCase() ?? '';
element('search').value = asked;
element('product').append(...products.map(({ name }) => new Option(name)));

function show() {
  const [state, product] = [element('state').value, element('product').value];
  const shown = orders.filter(
    (order) =>
      (state === '' || order.state === state) &&
      (product === '' || order.product === product) &&
      `${order.number} ${order.customer} ${order.product}`.toLowerCase().includes(asked),
  );
  fillRows(
    element('rows'),
    shown.map((order) => [
      `#${order.number}`,
      order.customer,
      order.product,
      order.pieces,
      euros(order.amount),
      order.due,
      stateBadge(order.state),
    ]),
  );
}

element('state').addEventListener('change', show);
element('product').addEventListener('change', show);
element('rows').addEventListener('click', (event) => {
  for (const row of element('rows').rows) row.ariaSelected = String(row === event.target.closest('tr'));
});
show();
