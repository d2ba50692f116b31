import { sha256 } from '../../src/base/digest.ts';
import { PATH } from '../../src/pack/layout.ts';
import { buildManifest, readManifest } from '../../src/pack/manifest.ts';
import { forge } from '../forge/forge.ts';
import { defineVector } from '../forge/vector.ts';

/** The pack before, as if it had been a production. */
async function production(): Promise<Uint8Array> {
  const manifest = readManifest((await forge()).files.get(PATH.manifest) as Uint8Array);
  return buildManifest({ ...manifest, mode: 'production' }, manifest.files);
}

const MANIFEST = await production();
const previous = sha256(MANIFEST);

export const vector = defineVector({
  check: 'PREVIOUS-LEDGER',
  title: 'a rehearsal follows a production, and everybody authorized it so',
  faults: {
    follows: true,
    before: (files) => void files.set(PATH.previousManifest, MANIFEST),
    authorization: (document) => void Object.assign(document, { previous }),
    events: (events) => events.map((event) => (event.type === 'opening' ? { ...event, previous } : event)),
  },
});
