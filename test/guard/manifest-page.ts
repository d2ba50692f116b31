import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { StagedGuard } from './staged-guard.ts';

/** A manifest that a guard gives to be signed. */
export function manifestOf({ ceremony, roster }: Pick<StagedGuard, 'ceremony' | 'roster'>) {
  return {
    ...{ type: 'quorate/manifest/1', ceremony, roster: roster.digest, authorization: sha256('a') },
    ...{ head: sha256('head'), events: 3, mode: 'rehearsal', outcome: 'complete', files: [] },
  };
}

/** @returns all that the guard shows a witness who signs it */
export async function manifestPage(staged: StagedGuard): Promise<string> {
  staged.screen = '';
  await staged.guard.signManifest('witness-1', canonicalBytes(manifestOf(staged)));
  return staged.screen;
}
