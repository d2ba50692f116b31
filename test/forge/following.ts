import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { carriedFiles } from '../../src/ledger/carried.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { PATH } from '../../src/pack/layout.ts';
import { readManifest } from '../../src/pack/manifest.ts';
import { HSM_SERIAL } from './stage.ts';

/** What a ceremony takes from the pack before it, and what that changes in its documents. */
export function followedPack(pack: ReadonlyMap<string, Uint8Array>) {
  const bytes = (path: string): Uint8Array => {
    const found = pack.get(path);
    if (!found) throw new Error(`the pack before has no ${path}`);
    return found;
  };
  const ledger = readLedger(bytes(PATH.ledger));
  const manifest = bytes(PATH.manifest);
  const [number, previous] = [ledger.number + 1, sha256(manifest)];
  const { head } = readManifest(manifest);
  return {
    ledger,
    number,
    previous,
    carried: [
      [PATH.previousManifest, manifest],
      [PATH.previousLedger, bytes(PATH.ledger)],
      // What an earlier ceremony made lies by its digest there as well.
      ...carriedFiles(ledger).map(({ path, made }) => [path, bytes(pack.has(path) ? path : made)] as const),
    ] as readonly (readonly [string, Uint8Array])[],
    site: (text: string) =>
      text
        .replace('previous: none', `previous: { pack: previous, head: ${head} }`)
        .replace('blank: true', `serial: ${HSM_SERIAL}`),
    authorization: (document: JsonObject): JsonObject => {
      const [{ blank: _blank, ...root }] = document['hsms'] as unknown as readonly [JsonObject];
      return { ...document, ceremony: number, previous, hsms: [{ ...root, serial: HSM_SERIAL }] };
    },
  };
}
