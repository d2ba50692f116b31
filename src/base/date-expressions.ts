import { addDuration, floorTo, type UtcMs } from './dates.ts';
import { CeremonyError } from './errors.ts';

/**
 * A date that a script leaves open until an operation is proposed: the moment of the proposal, or another date and
 * a distance. `from` and `at-most` name another expression of the same step (`not-before`) or a date of something
 * that exists (`root.not-after`).
 */
export type DateExpression =
  | { readonly at: 'proposal'; readonly floor?: string }
  | { readonly from: string; readonly plus?: string; readonly minus?: string; readonly 'at-most'?: string };

export interface DateFacts {
  readonly proposal: UtcMs;
  /** Dates of what exists, by the name scripts use: `root.not-after`. */
  readonly named: { readonly [name: string]: UtcMs };
}

export interface DateProblem {
  /** The expression, and the part of it, that cannot be computed. */
  readonly name: string;
  readonly part: 'floor' | 'from' | 'plus' | 'minus' | 'at-most';
  readonly kind: 'unknown' | 'cycle' | 'invalid';
  readonly message: string;
}

export interface BoundDates {
  /** Whole seconds. An expression with a problem, or that rests on one, is left out. */
  readonly dates: { readonly [name: string]: UtcMs };
  readonly problems: readonly DateProblem[];
}

type Expressions = { readonly [name: string]: DateExpression };

/**
 * Computes dates from a proposal's moment: `plus` first, then `minus`, then the smaller of that and `at-most`. An
 * expression's name hides the same name in `named`. Called with both ends of an approved window it gives both ends
 * of every date.
 */
export function bindDates(expressions: Expressions, facts: DateFacts): BoundDates {
  const dates: Record<string, UtcMs> = {};
  const problems: DateProblem[] = [];
  const failed = new Set<string>();

  const resolve = (
    name: string,
    part: DateProblem['part'],
    user: string,
    open: readonly string[],
  ): UtcMs | undefined => {
    if (Object.hasOwn(expressions, name)) {
      const start = open.indexOf(name);
      if (start < 0) return bind(name, open);
      const circle = [...open.slice(start), name].map((member) => `"${member}"`).join(' → ');
      problems.push({ name: user, part, kind: 'cycle', message: `the date rests on itself: ${circle}` });
      return undefined;
    }
    if (Object.hasOwn(facts.named, name)) return wholeSecond(facts.named[name] ?? Number.NaN);
    const known = [...Object.keys(expressions), ...Object.keys(facts.named)].filter((other) => other !== user);
    const message = `"${part}" names the unknown date "${name}", expected one of ${known.map((other) => `"${other}"`).join(', ') || 'none'}`;
    problems.push({ name: user, part, kind: 'unknown', message });
    return undefined;
  };

  const attempt = (name: string, part: DateProblem['part'], compute: () => UtcMs): UtcMs | undefined => {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      problems.push({ name, part, kind: 'invalid', message: error.message });
      return undefined;
    }
  };

  const compute = (name: string, expression: DateExpression, open: readonly string[]): UtcMs | undefined => {
    if ('at' in expression) {
      const { floor } = expression;
      const moment = wholeSecond(facts.proposal);
      return floor === undefined ? moment : attempt(name, 'floor', () => floorTo(moment, floor));
    }
    const { from, plus, minus, 'at-most': limit } = expression;
    // Both references are followed before either is given up, so that all problems are listed.
    const start = resolve(from, 'from', name, open);
    const most = limit === undefined ? Number.POSITIVE_INFINITY : resolve(limit, 'at-most', name, open);
    if (start === undefined || most === undefined) return undefined;
    const later = plus === undefined ? start : attempt(name, 'plus', () => addDuration(start, plus, 1));
    if (later === undefined) return undefined;
    const earlier = minus === undefined ? later : attempt(name, 'minus', () => addDuration(later, minus, -1));
    return earlier === undefined ? undefined : Math.min(earlier, most);
  };

  const bind = (name: string, open: readonly string[]): UtcMs | undefined => {
    if (failed.has(name)) return undefined;
    const known = Object.hasOwn(dates, name) ? dates[name] : undefined;
    if (known !== undefined) return known;
    const expression = expressions[name];
    const bound = expression === undefined ? undefined : compute(name, expression, [...open, name]);
    if (bound === undefined) failed.add(name);
    else dates[name] = bound;
    return bound;
  };

  for (const name of Object.keys(expressions)) bind(name, []);
  return { dates, problems };
}

function wholeSecond(ms: UtcMs): UtcMs {
  return Math.floor(ms / 1000) * 1000;
}
