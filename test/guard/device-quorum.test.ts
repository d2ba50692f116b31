import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { assertRejects } from '../der/refusal.ts';
import { CKF, CKR, FaultProxy } from '../softhsm/fault-proxy.ts';
import { inMinutes, keyOperation, OFFICERS, prepareOperation, StagedGuard } from './staged-guard.ts';

const THREE = OFFICERS.slice(0, 3);
const HOLD = { operations: 2, seconds: 600 };
const LOOK_THERE = /LOOK AT THE PED OR PIN PAD OF "root-hsm" \(serial [0-9a-f]{16}\), NOT HERE/g;

async function refusalOf(attempt: Promise<unknown>): Promise<CeremonyError> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof CeremonyError, `not a refusal: ${String(error)}`);
    return error;
  }
  throw new assert.AssertionError({ message: 'it was expected to be refused' });
}

/** As the authorization names it. */
function hsmOf({ stage }: StagedGuard): Operation['hsm'] {
  const [hsm] = JSON.parse(Buffer.from(String(stage.start['authorization']), 'base64').toString('utf8')).hsms;
  return { name: hsm.name, model: hsm.model, serial: hsm.serial };
}

describe('an HSM that logs in by its own quorum', { concurrency: false }, () => {
  let staged: StagedGuard;
  let proxy: FaultProxy;
  let named: Operation['hsm'];
  let number = 0;

  const logins = () => proxy.returned().filter((line) => line.startsWith('C_Login '));
  const operation = (hold: Operation['hold'] = null): Operation => {
    number += 1;
    const id = `0a0b0c${String(number).padStart(2, '0')}`;
    return { ...keyOperation(named.serial ?? '', id, hold, `rehearsal-key-${number}`), hsm: named };
  };
  const approved = async (one: Operation, seats: readonly string[] = THREE) => {
    const { id } = await staged.propose(one);
    return { id, approvals: await staged.approvals(id, seats) };
  };
  const carryOut = async (one: Operation) => {
    const { id, approvals } = await approved(one);
    return await staged.guard.execute(id, approvals);
  };

  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, { as: 'luna-7' });
    proxy = FaultProxy.ofStage(staged.folder);
    named = hsmOf(staged);
  });
  after(() => staged.close());
  afterEach(() => proxy.heal());

  test('is logged in to once, with a NULL PIN, when enough people have approved and are sent to the device', async () => {
    let before = -1;
    staged.atDevice = () => {
      before = logins().length;
    };
    const { facts } = await carryOut(operation());
    staged.atDevice = () => undefined;
    assert.equal(before, 0, 'no login before people stand at the device');
    assert.deepEqual(logins(), ['C_Login user=1 pin=null rv=0']);
    assert.equal(facts['protection'], "the HSM's own quorum");
    assert.equal(staged.screen.match(LOOK_THERE)?.length, 1);
    assert.match(
      staged.screen,
      /It asks for its own quorum: 3 of 5 black PED keys, presented to the device\.\nNo PIN of it is typed into this computer\./,
    );
    assert.ok(proxy.returned().some((line) => line.startsWith('C_Logout ')));
  });

  test('is not logged in to while people are missing', async () => {
    const count = proxy.count('C_Login');
    const { id, approvals } = await approved(operation(), THREE.slice(0, 2));
    const { code } = await refusalOf(staged.guard.execute(id, approvals));
    assert.equal(code, 'QUORUM_NOT_MET');
    assert.equal(proxy.count('C_Login'), count);
  });

  test('that says no has cost one try: nothing is tried again before people have approved anew', async () => {
    for (const ckr of [CKR.pinIncorrect, 0x50, 0x200]) {
      const [count, screens] = [proxy.count('C_Login'), staged.screen.match(LOOK_THERE)?.length ?? 0];
      proxy.at('C_Login', 1, { return: ckr });
      const { id, approvals } = await approved(operation());
      const refusal = await refusalOf(staged.guard.execute(id, approvals));
      assert.equal(refusal.code, 'HSM_LOGIN_REFUSED');
      assert.match(
        refusal.message,
        /^"root-hsm" \("Luna G7 \(played\)", serial [0-9a-f]{16}\) did not accept what was presented to it, and a try may be spent, during generate-key of step "root-key": C_Login returned CKR_\w+ \(\d+\)$/,
      );
      assert.equal(refusal.details?.['reached'], 'no');
      await assertRejects(() => staged.guard.execute(id, approvals), 'PROPOSAL_CONSUMED', /was used already/);
      await staged.guard.inspect('root-hsm');
      await staged.guard.random('root-hsm', 16);
      await staged.guard.deactivate('root-hsm');
      assert.equal(proxy.count('C_Login'), count + 1);
      assert.equal(staged.screen.match(LOOK_THERE)?.length, screens + 1);
    }
    await carryOut(operation());
  });

  test('shows the tries that are left before it sends people to the device, and the last one takes a word', async () => {
    const seen = staged.screen.length;
    proxy.at('C_Login', 1, { return: CKR.pinIncorrect });
    await refusalOf(carryOut(operation()));
    await carryOut(operation());
    const shown = staged.screen.slice(seen);
    assert.match(shown, /BEFORE THE LOGIN, THE HSM "root-hsm".*a wrong PIN was entered before.*LOOK AT THE PED/s);
    assert.doesNotMatch(shown, /recombined from the shares/);

    proxy.token('*', { flags: CKF.userPinFinalTry });
    staged.lastTry = 'no';
    const count = proxy.count('C_Login');
    const { code } = await refusalOf(carryOut(operation()));
    staged.lastTry = 'last try';
    assert.equal(code, 'PRESENTATION_CANCELLED');
    assert.equal(proxy.count('C_Login'), count);
  });

  test('is sent nothing when it is locked', async () => {
    proxy.token('*', { flags: CKF.userPinLocked });
    const [count, screens] = [proxy.count('C_Login'), staged.screen.match(LOOK_THERE)?.length];
    const { code } = await refusalOf(carryOut(operation()));
    assert.equal(code, 'PIN_LOCKED');
    assert.equal(proxy.count('C_Login'), count);
    assert.equal(staged.screen.match(LOOK_THERE)?.length, screens);
  });

  test('stays logged in for the operations that were approved under one hold, and asks its people once', async () => {
    const count = proxy.count('C_Login');
    const [first, second] = [await approved(operation(HOLD)), await approved(operation(HOLD))];
    await staged.guard.execute(first.id, first.approvals);
    await staged.guard.execute(second.id, second.approvals);
    assert.equal(proxy.count('C_Login'), count + 1);
  });

  test('has its PINs set by nobody here', async () => {
    const wanted = { hsm: 'root-hsm', label: 'x', holders: OFFICERS, userThreshold: 3, soThreshold: 3 };
    const refused = /^"root-hsm" is activated by device-quorum, as authorized; its PINs are not set here$/;
    await assertRejects(() => staged.guard.makeShareSets(wanted), 'TOKEN_UNEXPECTED', refused);
    const next = { hsm: 'root-hsm', kind: 'user' as const, holders: OFFICERS, threshold: 3 };
    await assertRejects(() => staged.guard.makeNextShareSet(next), 'TOKEN_UNEXPECTED', refused);
    const preparation: Operation = { ...prepareOperation([]), hsm: named };
    await assertRejects(() => staged.propose(preparation), 'TOKEN_UNEXPECTED', refused);
    assert.equal(proxy.count('C_InitToken') + proxy.count('C_SetPIN') + proxy.count('C_InitPIN'), 0);
  });

  test('that would be given a PIN from here is not what was authorized', async () => {
    const silent = await StagedGuard.start(undefined, undefined, { as: 'luna-7' });
    try {
      const { folder } = silent;
      const control = join(folder, 'played-root-hsm', 'control');
      writeFileSync(control, readFileSync(control, 'utf8').replace(/^token \* flags .*\n/m, ''));
      const one: Operation = { ...operation(), hsm: hsmOf(silent) };
      const { id } = await silent.propose(one);
      const approvals = await silent.approvals(id, THREE);
      const { code, message } = await refusalOf(silent.guard.execute(id, approvals));
      assert.equal(code, 'TOKEN_UNEXPECTED');
      assert.match(message, /does not say that it asks for its PIN itself .* no login was tried$/);
      assert.equal(FaultProxy.ofStage(folder).count('C_Login'), 0);
    } finally {
      await silent.close();
    }
  });

  test('is waited for as long as its authorization says; then people decide, and nothing is killed before', async () => {
    const hasty = await StagedGuard.start(undefined, undefined, {
      as: 'luna-7',
      authorized: ({ hsms: [hsm] }) => {
        hsm.activation.seconds = 3;
      },
    });
    try {
      const slow = FaultProxy.ofStage(hasty.folder);
      const one: Operation = { ...operation(), hsm: hsmOf(hasty) };
      slow.at('C_Login', 1, { hang: 60 });
      const { id } = await hasty.propose(one);
      const { code, details } = await refusalOf(hasty.guard.execute(id, await hasty.approvals(id, THREE)));
      assert.equal(code, 'TOKEN_PROCESS_ENDED');
      const waited = (details?.['waited'] ?? []) as { decided: string; seconds: number }[];
      assert.deepEqual(
        waited.map((one) => [one.decided, one.seconds >= 3 && one.seconds < 60]),
        [['end', true]],
      );
      assert.match(hasty.screen, /NO ANSWER FOR \d+ s, in C_Login/);
    } finally {
      await hasty.close();
    }
  });

  test('that makes no key without a card in its slot is told of in words, and makes it once the card is there', async () => {
    const cards = await StagedGuard.start(undefined, undefined, { as: 'nshield' });
    try {
      const out = join(cards.folder, 'played-root-hsm', 'card-out');
      const execute = async () => {
        const { id } = await cards.propose({ ...operation(), hsm: hsmOf(cards) });
        return await cards.guard.execute(id, await cards.approvals(id, THREE));
      };
      writeFileSync(out, '');
      const { code, message, hint } = await refusalOf(execute());
      assert.equal(code, 'HSM_CARD_MISSING');
      assert.match(message, /wants a card of its own in its slot, during generate-key of step "root-key": C_Generate/);
      assert.match(
        message,
        /returned CKR_VENDOR_DEFINED\|0xe0 \(2147483872\): no card of the Security World is in its/,
      );
      assert.match(hint ?? '', /put a card of its administrators or operators into its slot, and leave it there/);
      rmSync(out);
      const { facts } = await execute();
      assert.equal(facts['protection'], "the HSM's own quorum");
    } finally {
      await cards.close();
    }
  });

  test('is known to a new guard by the look that its quorum approved, with the keys that were made since', async () => {
    const look: Operation = { op: 'inventory', hsm: named, step: 'activation', index: 0, hold: null };
    const expires = inMinutes(30);
    const { id } = await staged.propose(look, null, expires);
    const approvals = await staged.approvals(id, THREE);
    await staged.guard.execute(id, approvals);
    // One that this guard has not seen made: after the recall it is another whose use must be refused.
    const spki = staged.stage.enrolled[0]?.signing.spki ?? Buffer.alloc(0);
    const past = {
      ...{ descriptor: describeOperation(look).bytes, proposal: id, expires, approvals, serial: named.serial },
      keys: [{ spki: Buffer.from(spki).toString('base64'), label: 'rehearsal-key' }],
    };
    staged = await staged.resumed();
    const other = describeOperation({ ...look, hsm: { ...named, serial: '1234' } });
    await assertRejects(() => staged.guard.recall({ ...past, descriptor: other.bytes }), 'APPROVAL_DIGEST', /./);
    const few = { ...past, approvals: approvals.slice(0, 2) };
    await assertRejects(() => staged.guard.recall(few), 'QUORUM_NOT_MET', /2 of 3 needed people/);
    const made = { ...past, descriptor: describeOperation(operation()).bytes };
    await assertRejects(() => staged.guard.recall(made), 'DESCRIPTOR_INVALID', /"generate-key" has set no PIN/);
    const fresh = await staged.guard.deactivate('root-hsm');
    await staged.guard.recall(past);
    assert.equal((await staged.guard.deactivate('root-hsm'))['usesRefused'], Number(fresh['usesRefused']) + 1);
  });
});
