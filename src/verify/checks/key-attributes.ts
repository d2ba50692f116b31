import { mayGoUnreported } from '../../quorum/key-template.ts';
import { quirkRow, quirkSentence, saysNothing } from '../../quorum/quirk-rows.ts';
import { defineCheck } from '../check.ts';
import { askedAttributes, objectOf } from '../unreported.ts';
import { at } from '../where.ts';

export const keyAttributes = defineCheck({
  id: 'KEY-ATTRIBUTES',
  title:
    'the token reported every attribute of a new key as approved; what it did not report is a recorded quirk, and none that would leave the key open',
  needs: ['keys'],
  run({ keys }, { report, note }) {
    for (const key of keys) {
      const { result, operation } = key.done;
      const { facts } = result;
      const row = quirkRow(operation.behavesAs);
      const quirks = new Set(Array.isArray(facts['quirks']) ? facts['quirks'] : []);
      for (const { half, name, asked, reported } of askedAttributes(key)) {
        if (reported === asked) continue;
        if (reported !== undefined) {
          report(
            at(result),
            `${name} of the ${half} key is ${JSON.stringify(reported)}; approved was ${JSON.stringify(asked)}`,
          );
          continue;
        }
        const quirk = quirkSentence(half, name, asked, row);
        if (!quirks.has(quirk))
          report(at(result), `${name} of the ${half} key is neither reported nor a recorded quirk`);
        else if (!mayGoUnreported(name)) report(at(result), `${quirk}; nobody can accept that`);
        else note(`step "${operation.step}": ${quirk}`);
      }
      for (const half of ['private', 'public'] as const) {
        const read = objectOf(facts[half]);
        for (const use of FORBIDDEN_USES) {
          if (read[use] === true && !saysNothing(half, use, true, row))
            report(at(result), `the ${half} key may be used to ${use}; a CA key signs and does nothing else`);
        }
      }
    }
  },
});

/** PKCS#11 uses that a CA key must not have, by CKA name. */
const FORBIDDEN_USES = ['DECRYPT', 'UNWRAP', 'DERIVE', 'WRAP', 'ENCRYPT', 'SIGN_RECOVER'];
