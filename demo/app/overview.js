import { euros, orders } from './data.js';
import { element, fillRows, stateBadge } from './page.js';

const open = orders.filter((order) => order.state === 'open');
const late = orders.filter((order) => order.state === 'late');
const worth = open.reduce((sum, order) => sum + order.amount, 0);
const figures = [
  ['Open orders', open.length],
  ['Late', late.length],
  ['Worth of open orders', euros(worth)],
  ['Shipped this month', orders.length - open.length - late.length],
];
element('figures').innerHTML = figures
  .map(([name, value]) => `<div class="card"><small>${name}</small><b>${value}</b></div>`)
  .join('');
fillRows(
  element('waiting'),
  late.slice(0, 8).map((order) => [`#${order.number}`, order.customer, stateBadge(order.state)]),
);

const weeks = [31, 38, 35, 44, 52, 47, 58, 55, 63, 49, 71, 66];
const bars = weeks.map((count, i) => {
  const [x, height] = [40 + i * 43, count * 3];
  return `<rect x="${x}" y="${225 - height}" width="28" height="${height}" rx="3" fill="#0b5d6e"/><text x="${x + 14}" y="244" text-anchor="middle">${36 + i}</text>`;
});
const lines = [0, 25, 50, 75].map(
  (count) =>
    `<path d="M34 ${225 - count * 3}H552" stroke="#dfe4ea"/><text x="26" y="${229 - count * 3}" text-anchor="end">${count}</text>`,
);
element('chart').innerHTML = [...lines, ...bars].join('');
