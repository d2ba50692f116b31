import { isCalendarDate, parseUtc } from '../base/dates.ts';
import { checkText } from '../base/text.ts';
import { matchesShape } from '../script/shape.ts';

/** Longest typed text: it must fit a line of the report. */
const LONGEST = 200;

/**
 * What is wrong with a typed value.
 * @param kind type of the field: utc, date, integer, serial, text
 * @param shape `9` a digit, `#` a capital letter, the rest literal
 */
export function fieldFault(typed: string, kind: string, shape: string | undefined): string | undefined {
  if (shape !== undefined && !matchesShape(shape, typed)) return `expected the shape ${shape}`;
  switch (kind) {
    case 'utc':
      return readable(() => parseUtc(typed)) ? undefined : 'expected UTC such as 2027-03-01T09:00:00Z';
    case 'date':
      return isCalendarDate(typed) ? undefined : 'expected a date such as 2027-03-01';
    case 'integer':
      return /^(0|[1-9]\d{0,15})$/.test(typed) ? undefined : 'expected a whole number';
    default: {
      if (typed.length === 0 || typed.length > LONGEST) return `expected 1 to ${LONGEST} characters`;
      return checkText(typed).length > 0 ? 'a character in it may hide or change what people read' : undefined;
    }
  }
}

function readable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
