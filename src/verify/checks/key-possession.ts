import { algorithmIdentifier, mechanismForKey } from '../../quorum/mechanism.ts';
import { possessionStatement } from '../../quorum/operation.ts';
import { verifySignature } from '../../x509/signature.ts';
import { defineCheck } from '../check.ts';
import type { GeneratedKey } from '../parts.ts';
import { signedItems } from '../signed-items.ts';
import { at } from '../where.ts';

export const keyPossession = defineCheck({
  id: 'KEY-POSSESSION',
  title: 'every new key has shown that it can sign: over its own digest, or in a certificate',
  needs: ['keys', 'ceremony', 'done', 'events'],
  run({ keys, ceremony, done, events }, { report, note }) {
    const isComplete = events.some((event) => event.type === 'close' && event.outcome === 'complete');
    const signers = new Set(signedItems(done).flatMap(({ kind, key }) => (kind === 'certificate' ? [key] : [])));
    for (const key of keys) {
      const { result, operation } = key.done;
      const { possession } = result.facts;
      if (operation.possession) {
        if (typeof possession !== 'string')
          report(at(result), 'a signature that proves possession was approved, and there is none');
        else if (!proves(key, ceremony, possession))
          report(at(result), 'the signature that proves possession does not verify');
      } else if (possession !== null) {
        report(at(result), 'a signature that proves possession stands here, and none was approved');
      } else if (!signers.has(key.digest)) {
        const message = 'no signature proves possession, and no certificate was signed with the key';
        // The certificate that was to prove it never came, because the ceremony ended first.
        if (isComplete) report(at(result), message);
        else note(`the key "${operation.label}": ${message}`);
      }
    }
  },
});

function proves(key: GeneratedKey, ceremony: string, possession: string): boolean {
  const mechanism = mechanismForKey(key.done.operation.algorithm);
  const statement = possessionStatement(ceremony, key.digest);
  return verifySignature(key.spki, algorithmIdentifier(mechanism), statement, Buffer.from(possession, 'base64'));
}
