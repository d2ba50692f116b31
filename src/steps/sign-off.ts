import { defineStep } from '../plan/step-type.ts';
import { attestation } from './attest.ts';
import { placesOf } from './key-files.ts';

const base = attestation('sign-off', 'sign-off', 'Everybody signs; after it the HSM is not used any more.');

/** The last word of the quorum: the guard does no HSM operation after it. */
export const signOff = defineStep({
  ...base,
  irreversible: true,
  simulate(params, world, context) {
    // Each signs; it is said once.
    for (const [module, token] of world.signedOff ? [] : world.unkept) {
      const place = placesOf(context.plan).find((one) => one.module === module);
      context.report(
        'PLAN_ORDER',
        ['step'],
        `a key of "${token}" is a file in "${place?.folder}", and is on no medium yet`,
        `add before it a "write-media" step with item: ${place?.keptOn}, files: key-files`,
      );
    }
    return { ...base.simulate(params, world, context), signedOff: true };
  },
  async *run(params, step, context) {
    yield* base.run(params, step, context);
    await context.guard.signOff();
  },
});
