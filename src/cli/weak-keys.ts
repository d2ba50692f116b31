import { CeremonyError } from '../base/errors.ts';
import { MAX_WEAK_KEYS_BYTES, readWeakKeys, type WeakKeys } from '../pki/weak-keys.ts';
import { PlanReporter } from '../plan/reporter.ts';
import type { Problem } from '../script/problem.ts';
import type { SiteReading } from '../script/read-script.ts';
import { readInput } from './input.ts';

/** The list of weak keys that a site names, held to its digest and to how many keys it has. */
export interface WeakKeysReading {
  /** Undefined where the site names none, or it was refused. */
  readonly weakKeys: WeakKeys | undefined;
  readonly problems: readonly Problem[];
}

/** @param at where a path of the site lies */
export function readSiteWeakKeys(reading: SiteReading | undefined, at: (path: string) => string): WeakKeysReading {
  const named = reading?.site?.['weak-keys'];
  if (!reading || !named) return { weakKeys: undefined, problems: [] };
  const refused = (member: keyof typeof named, text: string, hint?: string): WeakKeysReading => {
    const reporter = new PlanReporter();
    reporter.at(reading.positions, ['weak-keys', member], 'PLAN_FILE', text, hint);
    return { weakKeys: undefined, problems: reporter.problems };
  };
  const { file } = named;
  try {
    const bytes = readInput(at(file), 'list of weak keys', MAX_WEAK_KEYS_BYTES);
    const read = readWeakKeys(bytes);
    if ('fault' in read)
      return refused(
        'file',
        `the list of weak keys "${file}" ${read.fault}`,
        'take it anew from where it was reviewed',
      );
    const { list } = read;
    if (list.sha256 !== named.sha256)
      return refused(
        'sha256',
        `"${file}" has SHA-256 ${list.sha256}`,
        'it is not the list of weak keys that was reviewed, or the site names another',
      );
    if (list.entries !== named.entries)
      return refused(
        'entries',
        `"${file}" has ${list.entries} keys, and the site says ${named.entries}`,
        'is it the whole list that was reviewed? Then the site is to say so many',
      );
    return { weakKeys: list, problems: [] };
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return refused('file', error.message);
  }
}
