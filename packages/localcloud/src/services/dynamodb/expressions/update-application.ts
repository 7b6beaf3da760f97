import { type AttributeValue, cloneItem, cloneValue, type Item } from '../attribute-value.ts';
import { addDecimals, formatDecimal, negateDecimal, parseDecimal } from '../decimal-number.ts';
import { validationError } from '../errors.ts';
import { resolvePath } from './condition-evaluation.ts';
import type { DocumentPath, UpdateAction, UpdateValue } from './syntax.ts';

/** Where a REMOVE took a list element out; lists close ranks after the last action, as all indexes are those of the old item. */
const hole = Symbol('removed list element');
type Slot = AttributeValue | typeof hole;

/** The item after the update. Every operand reads the item as it was before; `original` is not changed. */
export function applyUpdate(actions: readonly UpdateAction[], original: Item): Item {
  const updated = cloneItem(original);
  const holed = new Set<Slot[]>();
  for (const action of inListOrder(actions)) {
    if (action.kind === 'set') place(updated, action.path, evaluate(action.value, original));
    else if (action.kind === 'remove') remove(updated, action.path, holed);
    else placeOrRemove(updated, action.path, combined(action, resolvePath(original, action.path)), holed);
  }
  for (const list of holed) list.splice(0, list.length, ...list.filter((slot) => slot !== hole));
  return updated;
}

/** Elements set beyond the end of a list are appended in the order of their indexes. */
function inListOrder(actions: readonly UpdateAction[]): UpdateAction[] {
  return actions.toSorted((left, right) => {
    const leftIndex = left.path.at(-1);
    const rightIndex = right.path.at(-1);
    return typeof leftIndex === 'number' && typeof rightIndex === 'number' ? leftIndex - rightIndex : 0;
  });
}

function evaluate(value: UpdateValue, item: Item): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path': {
      const found = resolvePath(item, value.path);
      if (found === undefined) {
        throw validationError('The provided expression refers to an attribute that does not exist in the item');
      }
      return found;
    }
    case 'if_not_exists':
      return resolvePath(item, value.path) ?? evaluate(value.otherwise, item);
    case 'list_append': {
      const first = evaluate(value.first, item);
      const second = evaluate(value.second, item);
      if (!('L' in first && 'L' in second)) throw wrongOperandType();
      return { L: [...first.L, ...second.L] };
    }
    default:
      return arithmetic(value.kind, evaluate(value.left, item), evaluate(value.right, item));
  }
}

function arithmetic(kind: 'plus' | 'minus', left: AttributeValue, right: AttributeValue): AttributeValue {
  if (!('N' in left && 'N' in right)) throw wrongOperandType();
  const operand = parseDecimal(right.N);
  return { N: formatDecimal(addDecimals(parseDecimal(left.N), kind === 'plus' ? operand : negateDecimal(operand))) };
}

/** The result of ADD or DELETE; undefined when nothing is left of a set. */
function combined(
  action: Extract<UpdateAction, { kind: 'add' | 'delete' }>,
  existing: AttributeValue | undefined,
): AttributeValue | undefined {
  if (existing === undefined) return action.kind === 'add' ? action.value : undefined;
  if ('N' in action.value) return arithmetic('plus', existing, action.value);
  for (const type of ['SS', 'NS', 'BS'] as const) {
    const given = elementsOf(action.value, type);
    if (given === undefined) continue;
    const held = elementsOf(existing, type);
    if (held === undefined) throw wrongOperandType();
    const elements =
      action.kind === 'add' ? [...new Set([...held, ...given])].sort() : held.filter((one) => !given.includes(one));
    return elements.length === 0 ? undefined : setOf(type, elements);
  }
  throw wrongOperandType();
}

function elementsOf(value: AttributeValue, type: 'SS' | 'NS' | 'BS'): string[] | undefined {
  return (value as Partial<Record<'SS' | 'NS' | 'BS', string[]>>)[type];
}

function setOf(type: 'SS' | 'NS' | 'BS', elements: string[]): AttributeValue {
  if (type === 'SS') return { SS: elements };
  return type === 'NS' ? { NS: elements } : { BS: elements };
}

function placeOrRemove(item: Item, path: DocumentPath, value: AttributeValue | undefined, holed: Set<Slot[]>): void {
  if (value === undefined) {
    if (resolvePath(item, path) !== undefined) remove(item, path, holed);
  } else place(item, path, value);
}

function place(item: Item, path: DocumentPath, value: AttributeValue): void {
  const copy = cloneValue(value);
  if (path.length === 1) {
    item[path[0]] = copy;
    return;
  }
  const parent = parentOf(item, path);
  const last = path.at(-1);
  if (typeof last === 'string' && parent !== undefined && 'M' in parent) parent.M[last] = copy;
  else if (typeof last === 'number' && parent !== undefined && 'L' in parent) {
    parent.L[Math.min(last, parent.L.length)] = copy;
  } else throw invalidPath();
}

function remove(item: Item, path: DocumentPath, holed: Set<Slot[]>): void {
  if (path.length === 1) {
    delete item[path[0]];
    return;
  }
  const parent = parentOf(item, path);
  const last = path.at(-1);
  if (typeof last === 'string' && parent !== undefined && 'M' in parent) delete parent.M[last];
  else if (typeof last === 'number' && parent !== undefined && 'L' in parent) {
    const slots: Slot[] = parent.L;
    if (last < slots.length) slots[last] = hole;
    holed.add(slots);
  } else throw invalidPath();
}

function parentOf(item: Item, path: DocumentPath): AttributeValue | undefined {
  const [first, ...rest] = path;
  const parent = resolvePath(item, [first, ...rest.slice(0, -1)]);
  return (parent as unknown) === hole ? undefined : parent;
}

function wrongOperandType() {
  return validationError('An operand in the update expression has an incorrect data type');
}

function invalidPath() {
  return validationError('The document path provided in the update expression is invalid for update');
}
