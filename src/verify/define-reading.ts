import { type Check, defineCheck } from './check.ts';
import type { PartName } from './parts.ts';

/**
 * A check that says no more than: this part can be read. It reports nothing by itself: when the part cannot be read,
 * its owner, which is this check, gets the finding with the reader's words.
 */
export function defineReading(check: { readonly id: string; readonly title: string; readonly part: PartName }): Check {
  const { id, title, part } = check;
  return defineCheck({ id, title, needs: [part], run: () => undefined });
}
