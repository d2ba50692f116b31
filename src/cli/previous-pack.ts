import { dirname, join, resolve } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { readManifest } from '../pack/manifest.ts';
import type { Site } from '../script/site.ts';
import { readInput } from './input.ts';

/** As large as the manifest of a pack may be. */
const LARGEST_MANIFEST = 2 ** 26;

/**
 * The manifest of the pack that a site names as the CA's previous one, by its path; null where it names none.
 * @throws CeremonyError FILE_MISSING, AUTHORIZATION_PREVIOUS when that pack ends in another head than the site says
 */
export function previousManifest(site: Pick<Site, 'previous'>, sitePath: string): string | null {
  if (site.previous === 'none') return null;
  const path = join(resolve(dirname(sitePath), site.previous.pack), 'manifest.json');
  const { head } = readManifest(readInput(path, "previous pack's manifest", LARGEST_MANIFEST));
  if (head !== site.previous.head)
    throw new CeremonyError(
      'AUTHORIZATION_PREVIOUS',
      `the previous pack "${dirname(path)}" ends in the head ${head}; the site binding says ${site.previous.head}`,
      { hint: 'check that it is the last pack of this CA' },
    );
  return path;
}
