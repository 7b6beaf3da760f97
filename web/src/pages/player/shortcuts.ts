/** What a key does in the player; the spec's rows in the order of the help page. */
export type PlayerAction =
  | { kind: 'toggle-play' }
  | { kind: 'seek-by'; seconds: number }
  | { kind: 'seek-to'; place: 'start' | 'end' }
  | { kind: 'speed'; direction: 'slower' | 'faster' }
  | { kind: 'next-speed' }
  | { kind: 'toggle-full-screen' }
  | { kind: 'toggle-scale' }
  | { kind: 'toggle-time' }
  | { kind: 'go-live' }
  | { kind: 'event'; direction: 'next' | 'previous' }
  | { kind: 'toggle-help' };

export interface Shortcut {
  /** As people read it. */
  keys: readonly string[];
  /** Names the text in `player.shortcuts`. */
  text: string;
  matches(event: KeyLike): boolean;
  action: PlayerAction;
}

export type KeyLike = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>;

const plain =
  (...keys: string[]) =>
  (event: KeyLike) =>
    !event.ctrlKey &&
    !event.altKey &&
    !event.metaKey &&
    keys.includes(event.key.length === 1 ? event.key.toLowerCase() : event.key);
const withControl = (key: string) => (event: KeyLike) =>
  event.ctrlKey && !event.altKey && !event.metaKey && event.key === key;
const withShift = (key: string) => (event: KeyLike) => event.shiftKey && !event.ctrlKey && event.key === key;
const withoutShift = (key: string) => (event: KeyLike) => !event.shiftKey && plain(key)(event);

export const shortcuts: readonly Shortcut[] = [
  { keys: ['Space', 'K'], text: 'toggle-play', matches: plain(' ', 'k'), action: { kind: 'toggle-play' } },
  { keys: ['←'], text: 'back-5', matches: plain('ArrowLeft'), action: { kind: 'seek-by', seconds: -5 } },
  { keys: ['→'], text: 'forward-5', matches: plain('ArrowRight'), action: { kind: 'seek-by', seconds: 5 } },
  {
    keys: ['Ctrl', '←'],
    text: 'back-30',
    matches: withControl('ArrowLeft'),
    action: { kind: 'seek-by', seconds: -30 },
  },
  {
    keys: ['Ctrl', '→'],
    text: 'forward-30',
    matches: withControl('ArrowRight'),
    action: { kind: 'seek-by', seconds: 30 },
  },
  // Browsers keep Ctrl with these two for switching tabs, so Shift stands in for it.
  {
    keys: ['Shift', 'Page ↑'],
    text: 'back-360',
    matches: withShift('PageUp'),
    action: { kind: 'seek-by', seconds: -360 },
  },
  {
    keys: ['Shift', 'Page ↓'],
    text: 'forward-360',
    matches: withShift('PageDown'),
    action: { kind: 'seek-by', seconds: 360 },
  },
  { keys: ['Page ↑'], text: 'back-60', matches: withoutShift('PageUp'), action: { kind: 'seek-by', seconds: -60 } },
  { keys: ['Page ↓'], text: 'forward-60', matches: withoutShift('PageDown'), action: { kind: 'seek-by', seconds: 60 } },
  { keys: ['Home'], text: 'start', matches: plain('Home'), action: { kind: 'seek-to', place: 'start' } },
  { keys: ['End'], text: 'end', matches: plain('End'), action: { kind: 'seek-to', place: 'end' } },
  { keys: ['<'], text: 'slower', matches: plain('<', ','), action: { kind: 'speed', direction: 'slower' } },
  { keys: ['>'], text: 'faster', matches: plain('>', '.'), action: { kind: 'speed', direction: 'faster' } },
  { keys: ['P'], text: 'previous-event', matches: plain('p'), action: { kind: 'event', direction: 'previous' } },
  { keys: ['N'], text: 'next-event', matches: plain('n'), action: { kind: 'event', direction: 'next' } },
  { keys: ['L'], text: 'go-live', matches: plain('l'), action: { kind: 'go-live' } },
  { keys: ['O'], text: 'toggle-scale', matches: plain('o'), action: { kind: 'toggle-scale' } },
  { keys: ['T'], text: 'toggle-time', matches: plain('t'), action: { kind: 'toggle-time' } },
  {
    keys: ['F', 'F11'],
    text: 'toggle-full-screen',
    matches: plain('f', 'F11'),
    action: { kind: 'toggle-full-screen' },
  },
  { keys: ['?'], text: 'toggle-help', matches: plain('?'), action: { kind: 'toggle-help' } },
];

export function actionOf(event: KeyLike): PlayerAction | undefined {
  return shortcuts.find(({ matches }) => matches(event))?.action;
}
