import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan, PlannedStep } from '../../src/plan/plan.ts';
import { generateKey } from '../../src/steps/generate-key.ts';
import { isResultOf, judges, PLAN, resultFacts, stepOf } from './recorded.ts';

const planned = 'planned ecdsa-p384 rehearsal-example-root-g1';

judges('root-key', [
  [
    'no key was generated',
    { keep: (event) => !isResultOf(event, 'root-key') },
    'STEP-KEY step 13 "root-key": no key was generated',
  ],
  [
    'it failed',
    {
      event: (event) => {
        if (isResultOf(event, 'root-key')) event.outcome = 'failed';
      },
    },
    'STEP-KEY step 13 "root-key": no key was generated',
  ],
  [
    'the key is of another algorithm',
    resultFacts('root-key', (all) => {
      all.algorithm = 'ecdsa-p256';
    }),
    `STEP-KEY step 13 "root-key": the key is ecdsa-p256 rehearsal-example-root-g1, ${planned}`,
  ],
  [
    'the key has another label',
    resultFacts('root-key', (all) => {
      all.private.LABEL = 'example-root-g1';
    }),
    `STEP-KEY step 13 "root-key": the key is ecdsa-p384 example-root-g1, ${planned}`,
  ],
  [
    'nothing was read back',
    resultFacts('root-key', (all) => {
      delete all.private;
    }),
    `STEP-KEY step 13 "root-key": the key is ecdsa-p384 , ${planned}`,
  ],
]);

const ALL = ['CKM_ECDSA', 'CKM_EC_KEY_PAIR_GEN'];

describe('proposing a key', () => {
  const step = stepOf('root-key');
  const propose = async (plan: Plan = PLAN, mechanisms: readonly string[] = ALL) => {
    const context = {
      ceremony: { plan, events: () => [] },
      guard: {
        inspect: async () => ({ mechanisms }),
        random: async (hsm: string, length: number) => {
          assert.equal(hsm, 'root-hsm');
          return Buffer.alloc(length, 0xab);
        },
      },
    };
    return await generateKey.propose?.(step.params as never, step, context as never, '2027-03-10T09:00:00Z');
  };
  const without = (change: (later: PlannedStep) => PlannedStep | undefined): Plan => ({
    ...PLAN,
    acts: PLAN.acts.map((act) => ({ ...act, steps: act.steps.flatMap((one) => change(one) ?? []) })),
  });

  test('not where the HSM has no mechanism for it', async () => {
    await assert.rejects(propose(PLAN, ['CKM_EC_KEY_PAIR_GEN', 'CKM_EDDSA']), {
      code: 'HSM_MECHANISM',
      message:
        '"root-hsm" has no CKM_ECDSA or CKM_ECDSA_SHA384: step "root-key" could not make its key "rehearsal-example-root-g1" of ecdsa-p384',
    });
  });

  test('an id of 128 bits from the HSM; never to leave it, for signing alone', async () => {
    const made = await propose();
    const operation = made?.operation;
    assert.ok(operation?.op === 'generate-key');
    assert.equal(operation.id, 'ab'.repeat(16));
    assert.deepEqual(operation.hsm, { name: 'root-hsm', model: 'Soft HSM v1', serial: null });
    assert.deepEqual(operation.hold, { operations: 4, seconds: 1800 });
    assert.equal(operation.label, 'rehearsal-example-root-g1');
    const { privateTemplate, publicTemplate } = operation;
    const off = ['EXTRACTABLE', 'DECRYPT', 'UNWRAP', 'DERIVE', 'SIGN_RECOVER', 'MODIFIABLE', 'COPYABLE'];
    assert.deepEqual(
      off.map((name) => privateTemplate[name]),
      off.map(() => false),
    );
    const on = ['TOKEN', 'PRIVATE', 'SENSITIVE', 'SIGN'];
    assert.deepEqual(
      on.map((name) => privateTemplate[name]),
      on.map(() => true),
    );
    assert.deepEqual(
      [publicTemplate['VERIFY'], publicTemplate['ENCRYPT'], publicTemplate['WRAP']],
      [true, false, false],
    );
    for (const template of [privateTemplate, publicTemplate]) {
      assert.deepEqual([template['LABEL'], template['ID']], [operation.label, operation.id]);
    }
    assert.equal(made?.payload, null);
  });

  test('possession is proved by a signature of its own, unless a certificate proves it in any case', async () => {
    const possessionOf = async (plan?: Plan) => {
      const operation = (await propose(plan))?.operation;
      return operation?.op === 'generate-key' ? operation.possession : undefined;
    };
    assert.equal(await possessionOf(), false);
    assert.equal(await possessionOf(without((one) => (one.id === 'root-certificate' ? undefined : one))), true);
    const other = without((one) =>
      one.id === 'root-certificate' ? { ...one, params: { ...one.params, key: 'other' } } : one,
    );
    assert.equal(await possessionOf(other), true);
    const perhaps = without((one) =>
      one.id === 'root-certificate' ? { ...one, when: { answer: 'film', is: 'yes' } } : one,
    );
    assert.equal(await possessionOf(perhaps), true);
  });
});
