import { canonicalBytes, type JsonObject } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import type { Wish } from './authorize-arguments.ts';

/** What the supervisor has measured itself. */
export interface MeasuredFiles {
  readonly script: Sha256;
  readonly site: Sha256;
  readonly roster: Sha256;
  readonly program: Sha256;
}

/**
 * The bytes of a new authorization (type quorate/authorization/1), canonical: the same each time from the same. What
 * was measured or typed is taken from nowhere else; the core says only what the site's YAML holds.
 * @param binding members that the core has derived from site and roster; the guard judges all of them
 */
export function composeAuthorization(binding: JsonObject, measured: MeasuredFiles, wish: Wish): Buffer {
  const { mode = null, modules = null, hsms = null, cards = null, tokens = null } = binding;
  const { script, site, roster, program } = measured;
  const { from, until, change, ceremony, previous, references } = wish;
  const named = { mode, modules, hsms, cards, tokens };
  const digests = { script, site, roster, program, previous, references };
  const bytes = canonicalBytes({
    type: 'quorate/authorization/1',
    ceremony,
    change,
    notBefore: from,
    notAfter: until,
    ...named,
    ...digests,
  });
  return Buffer.from(bytes);
}
