import { existsSync } from 'node:fs';
import { CeremonyError } from '../base/errors.ts';
import { read as readRequired } from './permit.ts';

/**
 * The core may write below the folders of media, and read those of key files, so they are not what it says but what the
 * site binding says: each stands there as the whole value of an `at`, or of a `folder`. So it is with the printer, to
 * which the guard may write, where the script has shares printed.
 * @throws CeremonyError PATH_REFUSED the site binding does not name it; FILE_MISSING it is not there
 */
export function holdToSite(folder: string, site: string, key: keyof typeof NOT_THERE, what: string): void {
  const text = readRequired(site, 'the site binding').toString('utf8');
  const literal = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (!new RegExp(`^[^#\n]*(?:^|[{,\\s])["']?${key}["']?: *(["']?)${literal}\\1 *(?:[,}#\n]|$)`, 'm').test(text))
    throw new CeremonyError('PATH_REFUSED', `the site binding has no ${what} at "${folder}"`);
  if (existsSync(folder)) return;
  const { named, hint } = NOT_THERE[key];
  throw new CeremonyError('FILE_MISSING', `the ${named} "${folder}" is not there`, { hint });
}

const NOT_THERE = {
  at: { named: 'medium', hint: 'insert and mount it before the ceremony is begun' },
  folder: { named: 'folder of key files', hint: 'its module makes it; see that the site names the right one' },
  printer: { named: 'printer', hint: 'connect it and switch it on before the ceremony is begun' },
} as const;
