import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import type { StageSet } from '../../src/rehearsal/stage.ts';
import { assertRejects } from '../der/refusal.ts';
import type { FaultProxy } from '../softhsm/fault-proxy.ts';
import { type Interposed, interpose } from '../softhsm/interposed-stage.ts';
import { OFFICERS, prepareOperation, StagedGuard } from './staged-guard.ts';

/** What each token says of itself here: a model that no list knows. */
const MODEL = 'v3';
const HARDWARE = 'Example Corp.';
const [FIRST = ''] = OFFICERS;

/** The same stage, authorized for production: the roster and the authorization name tokens of another model. */
function inProduction(stage: StageSet): StageSet {
  const read = (name: string) => JSON.parse(Buffer.from(String(stage.start[name]), 'base64').toString('utf8'));
  const roster = read('roster');
  for (const { tokens = [] } of roster.members) for (const token of tokens) token.model = MODEL;
  const rosterBytes = canonicalBytes(roster as JsonObject);
  const authorization = { ...read('authorization'), mode: 'production', roster: sha256(rosterBytes) };
  for (const token of [...authorization.hsms, ...authorization.tokens]) token.model = MODEL;
  const encoded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    ...stage,
    start: {
      ...stage.start,
      roster: encoded(rosterBytes),
      expectedRoster: sha256(rosterBytes),
      authorization: encoded(canonicalBytes(authorization as JsonObject)),
      mode: 'production',
    },
  };
}

describe('a guard in production', { concurrency: false }, () => {
  let staged: StagedGuard;
  let interposed: Interposed;
  let hsm: FaultProxy;
  let sets: readonly ShareSet[];
  let envelopes: ReadonlyMap<string, Uint8Array>;

  /** What the tokens say from now on. */
  function say(proxy: FaultProxy, manufacturer: string): void {
    proxy.heal();
    proxy.token('*', { model: MODEL });
    proxy.token('*', { manufacturer });
  }

  const preparation = (): Operation => ({
    ...prepareOperation(sets),
    hsm: { name: 'root-hsm', model: MODEL, serial: null },
  });

  before(async () => {
    staged = await StagedGuard.start(undefined, undefined, {
      reset: async (stage, folder) => {
        interposed = await interpose(inProduction(stage), join(folder, 'faults'));
        return interposed.stage;
      },
    });
    hsm = interposed.hsm('root-hsm');
    for (const proxy of interposed.all) say(proxy, HARDWARE);
  });
  after(() => staged.close());
  afterEach(() => {
    for (const proxy of interposed.all) say(proxy, HARDWARE);
  });

  test('asks for no PIN of a quorum token that is a program by its maker, whatever its model is called', async () => {
    const made = await staged.guard.makeShareSets({
      hsm: 'root-hsm',
      label: 'root-hsm',
      holders: OFFICERS,
      userThreshold: 3,
      soThreshold: 3,
    });
    ({ sets, envelopes } = made);
    const { id } = await staged.propose(preparation());
    for (const manufacturer of ['Kryoptic Project', 'Gnome Keyring', 'Mozilla Foundation', 'SoftHSM project']) {
      say(interposed.cards, manufacturer);
      const [logins, screen] = [interposed.cards.count('C_Login'), staged.screen.length];
      const message = new RegExp(
        `^the token \\S+ of "${FIRST}" is ".+" of model "v3" by "${manufacturer}", whose keys are files of a computer; a production has none$`,
      );
      await assertRejects(() => staged.approvals(id, [FIRST], envelopes), 'TOKEN_UNEXPECTED', message);
      assert.equal(interposed.cards.count('C_Login'), logins);
      assert.doesNotMatch(staged.screen.slice(screen), /PIN of token/);
    }
  });

  test('does nothing with an HSM that is a program by its maker', async () => {
    const { id } = await staged.propose(preparation());
    const approvals = await staged.approvals(id, OFFICERS, envelopes);
    await staged.guard.proveShareSets('root-hsm');
    say(hsm, 'Mozilla Foundation');
    const message =
      /^the HSM "root-hsm" is ".*" of model "v3" by "Mozilla Foundation", whose keys are files of a computer; a production has none$/;
    await assertRejects(() => staged.guard.inspect('root-hsm'), 'TOKEN_UNEXPECTED', message);
    await assertRejects(() => staged.guard.execute(id, approvals), 'TOKEN_UNEXPECTED', message);
    assert.deepEqual([hsm.count('C_InitToken'), hsm.count('C_Login')], [0, 0]);
  });

  test('uses tokens that say nothing of the kind', async () => {
    const { id } = await staged.propose(preparation());
    const approvals = await staged.approvals(id, OFFICERS, envelopes);
    await staged.guard.proveShareSets('root-hsm');
    const { facts } = await staged.guard.execute(id, approvals);
    assert.deepEqual([facts['model'], facts['manufacturer']], [MODEL, HARDWARE]);
  });

  test('sends no PIN to a prepared HSM that now says it is a program', async () => {
    say(hsm, 'PKCS#11 Kit');
    const logins = hsm.count('C_Login');
    await assertRejects(() => staged.guard.inspect('root-hsm'), 'TOKEN_UNEXPECTED', /by "PKCS#11 Kit"/);
    assert.equal(hsm.count('C_Login'), logins);
  });
});
