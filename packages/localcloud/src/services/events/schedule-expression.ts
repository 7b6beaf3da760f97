/** When a scheduled rule is due next, after the given time. Undefined: never again. */
export type Schedule = (afterMs: number) => number | undefined;

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Compiles `rate(5 minutes)` or `cron(0 12 ? * MON-FRI *)` (UTC). Errors: an expression that EventBridge would not take. */
export function compileSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) return compileRate(expression, Number(rate[1]), rate[2] ?? '', rate[3] === 's');
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (cron !== null) return compileCron(expression, cron.slice(1));
  throw invalidSchedule(expression);
}

function compileRate(expression: string, count: number, unit: string, plural: boolean): Schedule {
  const intervalMs = count * (unitMs[unit] ?? 0);
  if (intervalMs === 0 || plural !== count > 1) throw invalidSchedule(expression);
  return (afterMs) => afterMs + intervalMs;
}

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ');
/** Cron reaches this far: an expression without a date in it never fires. */
const lastYear = 2199;

/** minutes hours day-of-month month day-of-week year; exactly one of the two day fields is `?`. */
function compileCron(expression: string, fields: readonly string[]): Schedule {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalidSchedule(expression);
  const parse = (text: string, least: number, most: number, names: readonly string[] = [], firstName = 0) =>
    parseField(expression, text, { least, most, names, firstName });
  const minutes = parse(minute, 0, 59);
  const hours = parse(hour, 0, 23);
  const months = parse(month, 1, 12, monthNames, 1);
  const years = parse(year, 1970, lastYear);
  const isDay = dayOfWeek === '?' ? dayOfMonthTest(expression, dayOfMonth) : dayOfWeekTest(expression, dayOfWeek);
  return (afterMs) => {
    const start = new Date(afterMs);
    for (let day = startOfDay(start); day.getUTCFullYear() <= lastYear; day = nextDay(day)) {
      if (!years.has(day.getUTCFullYear())) {
        day = new Date(Date.UTC(day.getUTCFullYear(), 11, 31));
        continue;
      }
      if (!months.has(day.getUTCMonth() + 1) || !isDay(day)) continue;
      for (const hourOfDay of hours) {
        for (const minuteOfHour of minutes) {
          const dueMs = day.getTime() + hourOfDay * 3_600_000 + minuteOfHour * 60_000;
          if (dueMs > afterMs) return dueMs;
        }
      }
    }
    return undefined;
  };
}

interface FieldRange {
  least: number;
  most: number;
  names: readonly string[];
  firstName: number;
}

/** `*`, `a`, `a-b`, `a/step`, `a-b/step` and lists of them; sorted. */
function parseField(expression: string, text: string, range: FieldRange): Set<number> {
  const values = text.split(',').flatMap((part) => parsePart(expression, part, range));
  return new Set(values.sort((left, right) => left - right));
}

function parsePart(expression: string, part: string, range: FieldRange): number[] {
  const [span = '', stepText] = part.split('/');
  const step = stepText === undefined ? 1 : Number(stepText);
  const [fromText = '', toText] = span === '*' ? [String(range.least), String(range.most)] : span.split('-');
  const from = fieldValue(fromText, range);
  const to = toText === undefined ? (stepText === undefined ? from : range.most) : fieldValue(toText, range);
  const isInRange = from >= range.least && to <= range.most && from <= to;
  if (!Number.isInteger(step) || step < 1 || !Number.isInteger(from) || !Number.isInteger(to) || !isInRange) {
    throw invalidSchedule(expression);
  }
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function fieldValue(text: string, { names, firstName }: FieldRange): number {
  const named = names.indexOf(text.toUpperCase());
  if (named !== -1) return named + firstName;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Adds `L` (last day) and `15W` (the weekday nearest to the 15th, within its month). */
function dayOfMonthTest(expression: string, text: string): (day: Date) => boolean {
  if (text === 'L') return (day) => day.getUTCDate() === daysInMonth(day);
  const nearest = /^(\d{1,2})W$/.exec(text);
  if (nearest !== null) return (day) => day.getUTCDate() === nearestWeekday(day, Number(nearest[1]));
  const days = parseField(expression, text, { least: 1, most: 31, names: [], firstName: 0 });
  return (day) => days.has(day.getUTCDate());
}

/** 1 is Sunday. Adds `5L` (the month's last Thursday) and `2#3` (its third Monday). */
function dayOfWeekTest(expression: string, text: string): (day: Date) => boolean {
  const range = { least: 1, most: 7, names: dayNames, firstName: 1 };
  const last = /^(\w+)L$/.exec(text);
  const nth = /^(\w+)#([1-5])$/.exec(text);
  const single = last?.[1] ?? nth?.[1];
  const days = parseField(expression, text === 'L' ? '7' : (single ?? text), range);
  return (day) => {
    if (!days.has(day.getUTCDay() + 1)) return false;
    if (last !== null) return day.getUTCDate() > daysInMonth(day) - 7;
    return nth === null || Math.ceil(day.getUTCDate() / 7) === Number(nth[2]);
  };
}

function nearestWeekday(day: Date, wanted: number): number {
  const last = daysInMonth(day);
  const date = Math.min(wanted, last);
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === last ? date - 2 : date + 1;
  return date;
}

function daysInMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

function startOfDay(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()));
}

function nextDay(day: Date): Date {
  return new Date(day.getTime() + 86_400_000);
}

function invalidSchedule(expression: string): Error {
  return new Error(`Parameter ScheduleExpression is not valid: ${expression}`);
}
