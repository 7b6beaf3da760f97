import { customers, euros, placeOrder, products } from './data.js';
import { element, showToast } from './page.js';

element('customers').append(...customers.map(({ name }) => new Option(name)));
element('product').append(...products.map(({ name, price }) => new Option(`${name} (${euros(price)})`, name)));

function order() {
  const product = products.find(({ name }) => name === element('product').value);
  const pieces = Number(element('pieces').value);
  return { customer: element('customer').value, product: product.name, pieces, amount: pieces * product.price };
}

function showTotal() {
  element('total').textContent = euros(order().amount);
}

element('form').addEventListener('input', showTotal);
element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const { customer, product, pieces, amount } = order();
  element('summary').textContent = `${pieces} × ${product} for ${customer}, ${euros(amount)}.`;
  element('confirm').showModal();
});
element('cancel').addEventListener('click', () => element('confirm').close());
element('place').addEventListener('click', () => {
  placeOrder(order());
  element('confirm').close();
  element('form').reset();
  showTotal();
  showToast('The order is placed.');
});
showTotal();
