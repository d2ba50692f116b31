import type { Json, JsonObject } from '../../base/canonical-json.ts';
import { type KeyHalf, type Template, unreportedQuirk } from '../../quorum/key-template.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const keyAttributes = defineCheck({
  id: 'KEY-ATTRIBUTES',
  title: 'the token reported every attribute of a new key as approved; what it did not report is a recorded quirk',
  needs: ['keys'],
  run({ keys }, { report, note }) {
    for (const { done } of keys) {
      const { facts } = done.result;
      const quirks = new Set(Array.isArray(facts['quirks']) ? facts['quirks'] : []);
      for (const half of ['private', 'public'] as const) {
        const template = half === 'private' ? done.operation.privateTemplate : done.operation.publicTemplate;
        const read = objectOf(facts[half]);
        for (const [name, value] of Object.entries({ ...SET_BY_TOKEN[half], ...template })) {
          const reported = read[name];
          if (reported === undefined) {
            const quirk = unreportedQuirk(half, name, value);
            if (quirks.has(quirk)) note(`step "${done.operation.step}": ${quirk}`);
            else report(at(done.result), `${name} of the ${half} key is neither reported nor a recorded quirk`);
          } else if (reported !== value) {
            report(
              at(done.result),
              `${name} of the ${half} key is ${JSON.stringify(reported)}; approved was ${JSON.stringify(value)}`,
            );
          }
        }
        for (const use of FORBIDDEN_USES) {
          if (read[use] === true)
            report(at(done.result), `the ${half} key may be used to ${use}; a CA key signs and does nothing else`);
        }
      }
    }
  },
});

/** PKCS#11 uses that a CA key must not have, by CKA name. */
const FORBIDDEN_USES = ['DECRYPT', 'UNWRAP', 'DERIVE', 'WRAP', 'ENCRYPT', 'SIGN_RECOVER'];

/** What a token sets itself for a key that was born in it and never left (PKCS#11 v3.0 §4.9). */
const SET_BY_TOKEN: Readonly<Record<KeyHalf, Template>> = {
  private: { LOCAL: true, ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true },
  public: { LOCAL: true },
};

function objectOf(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
