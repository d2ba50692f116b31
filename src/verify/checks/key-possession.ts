import { mechanismForKey, algorithmIdentifier } from '../../quorum/mechanism.ts';
import { possessionStatement } from '../../quorum/operation.ts';
import { verifySignature } from '../../x509/signature.ts';
import { defineCheck } from '../check.ts';
import type { GeneratedKey } from '../parts.ts';
import { at } from '../where.ts';

export const keyPossession = defineCheck({
  id: 'KEY-POSSESSION',
  title: 'every new key has shown that it can sign: over its own digest, or in a self-signed certificate',
  needs: ['keys', 'ceremony', 'certificates'],
  run({ keys, ceremony, certificates }, { report }) {
    for (const key of keys) {
      const { facts } = key.done.result;
      const possession = facts['possession'];
      const signed = certificates.some((certificate) => certificate.key === key);
      if (key.done.operation.possession) {
        if (typeof possession !== 'string') report(at(key.done.result), 'a signature that proves possession was approved, and there is none');
        else if (!proves(key, ceremony, possession)) report(at(key.done.result), 'the signature that proves possession does not verify');
      } else if (possession !== null) {
        report(at(key.done.result), 'a signature that proves possession stands here, and none was approved');
      } else if (!signed) {
        report(at(key.done.result), 'no signature proves possession, and no certificate was signed with the key');
      }
    }
  },
});

function proves(key: GeneratedKey, ceremony: string, possession: string): boolean {
  const mechanism = mechanismForKey(key.done.operation.algorithm);
  const statement = possessionStatement(ceremony, key.digest);
  return verifySignature(key.spki, algorithmIdentifier(mechanism), statement, Buffer.from(possession, 'base64'));
}
