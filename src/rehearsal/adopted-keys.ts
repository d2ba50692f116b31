import { randomBytes } from 'node:crypto';
import { CeremonyError } from '../base/errors.ts';
import { parseSpki } from '../x509/public-key.ts';
import type { StagedHsm } from './documents.ts';
import { signerOn } from './foreign-root.ts';
import { markedLabel } from './marking.ts';
import { generateKeys, keyOn, logIn } from './ready-hsm.ts';
import type { KeyOnHsm } from './requests.ts';
import { playedAsReady } from './standing.ts';

/**
 * Makes the keys of CAs that are adopted, each on its HSM of the stage before the ceremony begins: nobody has a record of it.
 * @throws CeremonyError REHEARSAL_SETUP where the HSM has no PIN of its own
 */
export function keysOnHsms(hsms: ReadonlyMap<string, StagedHsm>): KeyOnHsm {
  return async ({ token, label }, algorithm) => {
    const staged = hsms.get(token);
    if (!staged?.played)
      throw new CeremonyError('REHEARSAL_SETUP', `"${token}" is to have a key of its own, and nobody plays it`, {
        hint: 'rehearse it with --as and an HSM that is made ready by its own tools',
      });
    const hsm = playedAsReady(staged, staged.played);
    const id = randomBytes(16).toString('hex');
    const [der] = await generateKeys(hsm, [{ label: markedLabel(label), id, algorithm }]);
    const spki = parseSpki(der as Uint8Array);
    return signerOn(algorithm, {
      spki,
      // A login for each: the ceremony finds the HSM as nobody is logged in to it.
      sign: async (identifier, part) => {
        const client = await logIn(hsm);
        try {
          return await keyOn(hsm, client, spki.der).sign(identifier, part);
        } finally {
          await client.end();
        }
      },
    });
  };
}
