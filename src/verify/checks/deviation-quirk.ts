import { mayGoUnreported, quirkName } from '../../quorum/key-template.ts';
import { defineCheck } from '../check.ts';
import { askedAttributes } from '../unreported.ts';
import { at } from '../where.ts';

export const deviationQuirk = defineCheck({
  id: 'DEVIATION-QUIRK',
  title:
    'what an HSM did not report of a new key was accepted as a deviation of its step, by its name, before the key was in the record',
  needs: ['keys', 'deviations'],
  run({ keys, deviations }, { report }) {
    for (const key of keys) {
      const { result, operation } = key.done;
      const accepted = new Set(
        deviations.flatMap(({ seq, event: { effect, names, step } }) =>
          effect === 'quirk' && names[0] === operation.hsm.name && step === operation.step && seq < result.seq
            ? names.slice(1)
            : [],
        ),
      );
      for (const { half, name, reported } of askedAttributes(key)) {
        if (reported !== undefined || !mayGoUnreported(name) || accepted.has(quirkName(half, name))) continue;
        report(
          at(result),
          `"${operation.hsm.name}" does not report ${name} of the ${half} key, and no deviation accepts "${quirkName(half, name)}"`,
        );
      }
    }
  },
});
