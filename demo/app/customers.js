import { customers, euros, orders } from './data.js';
import { element, fillRows } from './page.js';

const of = (name) => orders.filter((order) => order.customer === name);

fillRows(
  element('rows'),
  customers.map(({ name, town }) => [name, town, of(name).length]),
);
element('rows').addEventListener('click', (event) => {
  const row = event.target.closest('tr');
  for (const other of element('rows').rows) other.ariaSelected = String(other === row);
  const { name, town } = customers[row.rowIndex - 1];
  const bought = of(name);
  const worth = bought.reduce((sum, order) => sum + order.amount, 0);
  const items = bought.slice(0, 9).map((order) => `<li>#${order.number}: ${order.pieces} × ${order.product}</li>`);
  element('detail').innerHTML =
    `<h2>${name}</h2><p>${town}<br>${bought.length} orders worth ${euros(worth)}</p><ul>${items.join('')}</ul>`;
});
