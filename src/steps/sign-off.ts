import { defineStep } from '../plan/step-type.ts';
import { attestation } from './attest.ts';

const base = attestation('sign-off', 'sign-off', 'Everybody signs; after it the HSM is not used any more.');

/** The last word of the quorum: the guard does no HSM operation after it. */
export const signOff = defineStep({
  ...base,
  irreversible: true,
  simulate(params, world, context) {
    return { ...base.simulate(params, world, context), signedOff: true };
  },
  async *run(params, step, context) {
    yield* base.run(params, step, context);
    await context.guard.signOff();
  },
});
