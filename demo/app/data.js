/** Fictional trade: everything follows from fixed lists, so that each visit finds the same. */
const products = [
  ['Mooring rope 24 mm', 86],
  ['Shackle, galvanised', 12],
  ['Fender F4', 64],
  ['Deck brush, long', 19],
  ['Anchor chain 10 mm', 210],
  ['Life jacket 150 N', 79],
  ['Bilge pump 12 V', 118],
  ['Antifouling, red, 5 l', 96],
  ['Navigation lamp LED', 54],
  ['Winch handle', 41],
  ['Boat hook, alloy', 33],
  ['Sail needle set', 9],
].map(([name, price]) => ({ name, price }));

const firstWords = [
  'Northgate',
  'Silverline',
  'Old Pier',
  'Bluewater',
  'Kestrel',
  'Anchorage',
  'Saltmarsh',
  'Lantern',
  'Greystone',
  'Windward',
];
const lastWords = ['Marine', 'Chandlers', 'Boatyard', 'Shipping', 'Ferries', 'Charters'];
const towns = ['Aldmouth', 'Port Ellery', 'Brackwater', 'St. Orrin', 'Whitehaven Quay', 'Tarn Harbour', 'Lower Sound'];

export const customers = firstWords.flatMap((first, i) =>
  lastWords.map((last, j) => ({ name: `${first} ${last}`, town: towns[(i * 3 + j * 2) % towns.length] })),
);

const placed = JSON.parse(sessionStorage.getItem('placed') ?? '[]');

export const orders = [
  ...placed,
  ...Array.from({ length: 180 }, (_, i) => {
    const number = 48_210 - i;
    const mixed = (Math.imul(number, 2_654_435_761) >>> 0) % 10_007;
    const product = products[mixed % products.length];
    const pieces = 1 + (mixed % 40);
    return {
      number,
      customer: customers[(mixed * 3) % customers.length].name,
      product: product.name,
      pieces,
      amount: pieces * product.price,
      due: `${String(1 + (mixed % 28)).padStart(2, '0')} ${['Sep', 'Oct', 'Nov', 'Dec'][mixed % 4]}`,
      state: ['open', 'shipped', 'shipped', 'late', 'shipped', 'open'][mixed % 6],
    };
  }),
];

export { products };

export function placeOrder(order) {
  placed.unshift({ ...order, number: 48_211 + placed.length, state: 'open', due: '18 Dec' });
  sessionStorage.setItem('placed', JSON.stringify(placed));
}

export const euros = (amount) => `€ ${amount.toLocaleString('en-GB', { minimumFractionDigits: 2 })}`;
