import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { inspectToken } from '../../src/steps/inspect-token.ts';
import { backingUp } from '../forge/backing-up.ts';
import { recordCeremony } from '../forge/record.ts';
import { facts, isResultOf, judges, PLAN, recordedBy, resultFacts, stepOf, withoutEvent } from './recorded.ts';
import { recordOf } from './recording.ts';

const seen = (message: string) => `STEP-INSPECT step 9 "hsm-seen": ${message}`;
const full = (message: string) => `STEP-INSPECT step 12 "hsm-empty": ${message}`;
const holding = (objects: unknown) =>
  resultFacts('hsm-empty', (all) => {
    all.objects = objects;
    all.digest = sha256(canonicalBytes(objects));
  });

judges('hsm-seen', [
  ['nothing was observed', withoutEvent('hsm-seen', 'observation'), seen('nothing was observed')],
  [
    'the token was initialised',
    facts('hsm-seen', (all) => {
      all.token.initialized = true;
    }),
    seen('the token was not blank, and it is expected blank'),
  ],
  [
    'it is not said',
    facts('hsm-seen', (all) => {
      delete all.token;
    }),
    seen('the token was not blank, and it is expected blank'),
  ],
]);

judges('hsm-seen', [
  [
    'a wrapping key was left on it',
    facts('hsm-seen', (all) => {
      all.objects = [{ class: 'secret-key', label: 'quorate-kek-0123456789abcdef' }];
    }),
    seen('the token held a wrapping key that a backup has left: "quorate-kek-0123456789abcdef"'),
  ],
  [
    'a key with another label is there',
    facts('hsm-seen', (all) => {
      all.objects = [{ class: 'secret-key', label: 'quorate-other' }];
    }),
    [],
  ],
]);

judges('hsm-empty', [
  ['no inventory was taken', { keep: (event) => !isResultOf(event, 'hsm-empty') }, full('no inventory was taken')],
  [
    'an object was added to the list',
    resultFacts('hsm-empty', (all) => {
      all.objects = [{ class: 'DATA', label: 'x' }];
    }),
    full('the digest is not that of the listed objects'),
  ],
  [
    'a key that nobody made lies there',
    holding([{ class: 'SECRET_KEY', label: 'backdoor' }]),
    full('objects that this ceremony did not make: SECRET_KEY "backdoor"'),
  ],
  [
    'the key that is made later lies there already',
    holding([{ class: 'PRIVATE_KEY', label: 'rehearsal-example-root-g1' }]),
    full('objects that this ceremony did not make: PRIVATE_KEY "rehearsal-example-root-g1"'),
  ],
  [
    'something lies there that is no object',
    holding(['x']),
    full('objects that this ceremony did not make: undefined "undefined"'),
  ],
  ['the list is no list', holding('nothing'), full('no objects are listed')],
  [
    'there is no list',
    resultFacts('hsm-empty', (all) => {
      delete all.objects;
    }),
    full('no objects are listed'),
  ],
]);

test('people read what may be there: of an HSM that a ledger knows, what was made before as well', () => {
  const step = stepOf('hsm-empty');
  const said = (expect: string) => {
    const tokens = PLAN.tokens.map((token) => ({ ...token, expect }));
    return inspectToken.describe({ token: 'root-hsm', level: 'full' }, step, { ...PLAN, tokens }).join();
  };
  assert.match(said('blank'), /nothing but what this ceremony made may be there\.$/);
  assert.match(said('ledger'), /nothing but what earlier ceremonies left and this one made may be there\.$/);
});

describe('inspecting', () => {
  const guard = (initialized: boolean, mechanisms = ['CKM_ECDSA', 'CKM_EC_KEY_PAIR_GEN']) => ({
    guard: { inspect: async () => ({ token: { initialized }, objects: [], mechanisms }) },
  });

  test('a blank token in public: what it says of itself is recorded', async () => {
    const { events, error } = await recordedBy(inspectToken, stepOf('hsm-seen'), guard(false));
    assert.equal(error, undefined);
    assert.deepEqual(events, [
      {
        type: 'observation',
        step: 'hsm-seen',
        subject: 'token',
        facts: { token: { initialized: false }, objects: [], mechanisms: ['CKM_ECDSA', 'CKM_EC_KEY_PAIR_GEN'] },
      },
    ]);
  });

  test('a token that should be blank and is not is refused, after it was recorded', async () => {
    const { events, error } = await recordedBy(inspectToken, stepOf('hsm-seen'), guard(true));
    assert.equal(events.length, 1);
    assert.equal((error as { code?: string }).code, 'TOKEN_UNEXPECTED');
    assert.equal((error as Error).message, '"root-hsm" is expected blank, and it is initialised');
  });

  test('an HSM that cannot make what the script makes on it is refused here, after it was recorded', async () => {
    const { events, error } = await recordedBy(inspectToken, stepOf('hsm-seen'), guard(false, ['CKM_RSA_PKCS']));
    assert.equal(events.length, 1);
    assert.equal((error as { code?: string }).code, 'HSM_MECHANISM');
    assert.equal(
      (error as Error).message,
      '"root-hsm" has no CKM_EC_KEY_PAIR_GEN, and no CKM_ECDSA or CKM_ECDSA_SHA384: step "root-key" could not make its key "rehearsal-example-root-g1" of ecdsa-p384',
    );
  });

  test('a wrapping key that a backup has left is refused, unless a backup follows that destroys it', async () => {
    const objects = [{ class: 'secret-key', label: 'quorate-kek-0123456789abcdef' }];
    const there = { guard: { inspect: async () => ({ ...(await guard(false).guard.inspect()), objects }) } };
    const { events, error } = await recordedBy(inspectToken, stepOf('hsm-seen'), there);
    assert.equal(events.length, 1);
    assert.equal((error as { code?: string }).code, 'TOKEN_UNEXPECTED');
    assert.equal(
      (error as Error).message,
      '"root-hsm" holds a wrapping key that a backup has left: "quorate-kek-0123456789abcdef"',
    );
    const backing = recordOf(await recordCeremony(backingUp));
    const before = await backing.recordedBy(inspectToken, backing.stepOf('hsm-seen'), there);
    assert.equal(before.error, undefined);
  });

  test('in full: what this ceremony did not make is refused', async () => {
    const executing = (objects: readonly object[]) => ({
      operations: {
        execute: async function* () {
          yield* [];
          return { facts: { objects } };
        },
      },
    });
    assert.equal((await recordedBy(inspectToken, stepOf('hsm-empty'), executing([]))).error, undefined);
    const { error } = await recordedBy(
      inspectToken,
      stepOf('hsm-empty'),
      executing([{ class: 'PRIVATE_KEY', label: 'old-root' }]),
    );
    assert.equal((error as { code?: string }).code, 'TOKEN_UNEXPECTED');
    assert.equal(
      (error as Error).message,
      '"root-hsm" holds objects that this ceremony did not make: PRIVATE_KEY "old-root"',
    );
  });

  test('is an operation only where it needs a login', () => {
    const operationOf = inspectToken.operation as (params: object) => string | null;
    assert.equal(operationOf({ token: 'root-hsm', level: 'public' }), null);
    assert.equal(operationOf({ token: 'root-hsm', level: 'full' }), 'inventory');
  });
});
