import { sameBytes } from '../../der/reader.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../../pki/algorithms.ts';
import { parsePublicKey } from '../../x509/public-key.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const keyAlgorithm = defineCheck({
  id: 'KEY-ALGORITHM',
  title: 'every generated key is of the algorithm and size that was approved',
  needs: ['keys'],
  run({ keys }, { report }) {
    for (const { done, spki } of keys) {
      const asked = done.operation.algorithm;
      const algorithm = isKeyAlgorithmName(asked) ? KEY_ALGORITHMS[asked] : undefined;
      const key = parsePublicKey(spki);
      const fits =
        algorithm !== undefined &&
        sameBytes(spki.algorithm.der, Buffer.from(algorithm.spkiIdentifier, 'hex')) &&
        (key.type !== 'rsa' || key.modulusBits === algorithm.bits);
      if (!fits) report(at(done.result), `the public key is not one of "${asked}", which was approved`);
      else if (done.result.facts['algorithm'] !== asked) {
        report(at(done.result), `"algorithm" is ${JSON.stringify(done.result.facts['algorithm'] ?? null)}; approved was "${asked}"`);
      }
    }
  },
});
