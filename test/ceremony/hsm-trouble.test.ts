import assert from 'node:assert/strict';
import { after, before as beforeAll, describe, test } from 'node:test';
import type { Event } from '../../src/transcript/event.ts';
import { CKR, type FaultProxy } from '../softhsm/fault-proxy.ts';
import { type Conduct, hold } from './conducted.ts';
import { layTable, type Table } from './kill-points.ts';
import { verified } from './verified.ts';
import { eventsIn } from './went-on.ts';

interface Told {
  readonly events: readonly Event[];
  readonly stderr: string;
  readonly hsm: FaultProxy;
}

let table: Table;
beforeAll(async () => {
  table = await layTable();
});
after(() => table.remove());

/** Holds the shipped ceremony before an HSM that misbehaves so, and has its pack verified as what it is. */
async function before(
  arm: (hsm: FaultProxy) => void,
  {
    outcome,
    answer,
  }: { readonly outcome: 'complete' | 'aborted'; readonly answer?: (hsm: FaultProxy) => Conduct['answer'] },
  look: (told: Told) => void,
): Promise<void> {
  table.clear();
  const { set, proxies } = table;
  const hsm = proxies.hsm('root-hsm');
  arm(hsm);
  const { code, stderr } = await hold(set, {
    answer: (question, honest) => answer?.(hsm)?.(question, honest) ?? honest,
  });
  assert.equal(code, outcome === 'complete' ? 0 : 4, stderr);
  look({ events: eventsIn(set.out), stderr, hsm });
  const { status, stdout } = await verified([set.out], [String(set.stage.start['expectedRoster'])], {
    outcome: [outcome],
  });
  assert.equal(status, 0, stdout);
}

const failedIn = (events: readonly Event[]) =>
  events.filter((event) => event.type === 'result' && event.outcome === 'failed');
const ofKind = <T extends Event['type']>(events: readonly Event[], type: T) =>
  events.filter((event): event is Extract<Event, { type: T }> => event.type === type);
const choicesIn = (events: readonly Event[]) => ofKind(events, 'decision').map(({ choice }) => choice);

/** Where the ceremony could end, the people put things right first, and decide for what is not the end. */
const goingOn =
  (hsm: FaultProxy): Conduct['answer'] =>
  (question, honest) => {
    if (question['kind'] !== 'choice' || honest !== 'abort') return honest;
    hsm.heal();
    return (question['options'] as readonly string[]).find((option) => option !== 'abort') ?? honest;
  };

const FAULTS = [
  {
    name: 'the module crashes when it has made the root key',
    arm: (hsm: FaultProxy) => hsm.at('C_GenerateKeyPair', 1, 'segv', 'after'),
    code: 'TOKEN_PROCESS_DIED',
    facts: { reached: 'maybe', call: 'C_GenerateKeyPair', end: 'SIGSEGV' },
    hint: /it is not known whether a key was made; see whether the device and its cables are as they were/,
    outcome: 'orphan',
  },
  {
    name: 'the HSM is taken away before it makes the root key',
    arm: (hsm: FaultProxy) => hsm.at('C_GenerateKeyPair', 1, 'remove'),
    code: 'HSM_REMOVED',
    facts: { reached: 'maybe', call: 'C_GenerateKeyPair', name: 'CKR_DEVICE_REMOVED', ckr: 50 },
    hint: /it is not known whether a key was made; put the same one back, then see what is on it/,
    outcome: 'not-done',
  },
  {
    name: 'the HSM has forgotten the login of the activation that is held',
    arm: (hsm: FaultProxy) => hsm.at('C_GenerateKeyPair', 1, { return: CKR.userNotLoggedIn }),
    code: 'HSM_SESSION_LOST',
    facts: { reached: 'maybe', call: 'C_GenerateKeyPair', name: 'CKR_USER_NOT_LOGGED_IN', ckr: 257 },
    hint: /it is not known whether a key was made; see whether the device was restarted or another program uses it/,
    outcome: 'not-done',
  },
] as const;

for (const { name, arm, code, facts, hint, outcome } of FAULTS) {
  describe(name, () => {
    test('given up: recorded with what may have been done, closed in order, and it verifies as aborted', async () => {
      await before(arm, { outcome: 'aborted' }, ({ events, stderr, hsm }) => {
        assert.match(stderr, new RegExp(`quorate: ${code}: .*"root-hsm" .* during generate-key of step "root-key": `));
        assert.match(stderr, hint);
        const [failed, ...more] = failedIn(events);
        assert.deepEqual(more, []);
        assert.ok(failed?.type === 'result');
        const { message, serial, ...rest } = failed.facts;
        assert.deepEqual(rest, { code, hsm: 'root-hsm', operation: 'generate-key', ...facts });
        assert.ok(String(message).includes(`serial ${String(serial)}`), String(message));
        assert.deepEqual(choicesIn(events), ['abort']);
        const last = events.at(-1);
        assert.equal(last?.type === 'close' && last.outcome, 'aborted');
        // Two logins to prepare the token, and one that the inventory and the key share.
        assert.equal(hsm.count('C_Login'), 3);
        assert.equal(hsm.count('C_GenerateKeyPair'), 1);
      });
    });

    test('gone on with: looked at, approved anew, and the one root key signs its certificate', async () => {
      await before(arm, { outcome: 'complete', answer: goingOn }, ({ events, hsm }) => {
        assert.deepEqual(choicesIn(events)[0], 'reconcile');
        const [found, ...more] = ofKind(events, 'reconciliation');
        assert.deepEqual([found?.step, found?.outcome, more.length], ['root-key', outcome, 0]);
        const proposals = ofKind(events, 'proposed').filter(({ step }) => step === 'root-key');
        const adopts = proposals.map(({ descriptor }) => descriptor['adopts']);
        assert.deepEqual(adopts, [null, outcome === 'orphan' ? found?.facts['spkiSha256'] : null]);
        assert.equal(hsm.count('C_GenerateKeyPair'), outcome === 'orphan' ? 1 : 2);
        const keys = ofKind(events, 'result').filter(({ facts: { spkiSha256 } }) => spkiSha256 !== undefined);
        assert.equal(keys.length, 1);
      });
    });
  });
}

describe('an HSM that fails while it is prepared', () => {
  test('half done: the token is found, and finished with the shares that were proven for it', async () => {
    const arm = (hsm: FaultProxy) => hsm.at('C_InitPIN', 1, { return: CKR.deviceError });
    await before(arm, { outcome: 'complete', answer: goingOn }, ({ events, hsm }) => {
      const [found] = ofKind(events, 'reconciliation');
      assert.deepEqual([found?.step, found?.outcome], ['activation', 'orphan']);
      const prepared = ofKind(events, 'proposed').filter(({ operation }) => operation === 'prepare-token');
      assert.deepEqual(
        prepared.map(({ descriptor }) => descriptor['adopts']),
        [null, found?.facts['serial']],
      );
      const [first, second] = prepared.map(({ descriptor }) => JSON.stringify(descriptor['sets']));
      assert.equal(first, second);
      assert.equal(hsm.count('C_InitToken'), 1);
    });
  });

  test('not at all: it is prepared at the next approval, with the same shares', async () => {
    const arm = (hsm: FaultProxy) => hsm.at('C_InitToken', 1, 'segv');
    await before(arm, { outcome: 'complete', answer: goingOn }, ({ events, hsm }) => {
      const [found] = ofKind(events, 'reconciliation');
      assert.deepEqual([found?.step, found?.outcome], ['activation', 'not-done']);
      // The call that killed the module counts, and did nothing.
      assert.equal(hsm.count('C_InitToken'), 2);
    });
  });
});

describe('an HSM that does not report whether a key was ever extractable', () => {
  const NEVER_EXTRACTABLE = 0x164;
  const arm = (hsm: FaultProxy) => hsm.say(`hide ${NEVER_EXTRACTABLE}`);

  test('its key is used once the quorum has accepted that, by name', async () => {
    const accepting: () => Conduct['answer'] = () => (question, honest) =>
      question['kind'] === 'choice' && honest === 'abort' ? 'accept-quirk' : honest;
    await before(arm, { outcome: 'complete', answer: accepting }, ({ events, hsm }) => {
      assert.deepEqual(choicesIn(events), ['accept-quirk']);
      const [deviation, ...more] = ofKind(events, 'deviation');
      assert.deepEqual(
        [deviation?.step, deviation?.effect, deviation?.names, more.length],
        ['root-key', 'quirk', ['root-hsm', 'private-never-extractable'], 0],
      );
      assert.equal(ofKind(events, 'reconciliation')[0]?.outcome, 'orphan');
      assert.equal(hsm.count('C_GenerateKeyPair'), 1);
    });
  });

  test('without that, the ceremony ends in order', async () => {
    await before(arm, { outcome: 'aborted' }, ({ events, stderr }) => {
      assert.match(stderr, /quorate: HSM_QUIRK: the token does not report NEVER_EXTRACTABLE of the private key/);
      assert.deepEqual(choicesIn(events), ['abort']);
    });
  });
});

test('an HSM that is not there when it is looked at is looked at again, once people have put it back', async () => {
  const arm = (hsm: FaultProxy) => hsm.at('C_GetSlotList', 1, 'remove');
  await before(arm, { outcome: 'complete', answer: goingOn }, ({ events }) => {
    const refusals = ofKind(events, 'refusal');
    assert.deepEqual(
      refusals.map(({ step, code, seat }) => [step, code, seat]),
      [['hsm-seen', 'TOKEN_MISSING', null]],
    );
    assert.deepEqual(choicesIn(events), ['again']);
    assert.deepEqual(ofKind(events, 'abort'), []);
  });
});
