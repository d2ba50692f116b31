import { describe, test } from 'node:test';
import type { HsmSession } from '../../src/guard/hsm.ts';
import { Losses, requireAway } from '../../src/guard/losses.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { assertRefuses } from '../der/refusal.ts';
import { forge } from '../forge/forge.ts';
import { HSM_SERIAL } from '../forge/stage.ts';

const { files } = await forge({});
const LEDGER = readLedger(files.get('ledger.json') as Uint8Array);
const ROSTER = readRoster(files.get('roster/roster.json') as Uint8Array);
const DAVE = memberOf(ROSTER, 'dave')?.tokens[0];
const ERIN = memberOf(ROSTER, 'erin')?.tokens[0];

type Declaration = Extract<Operation, { op: 'record-loss' }>;

const declaration = (over: Partial<Declaration> = {}): Declaration => ({
  ...{ op: 'record-loss', hsm: { name: 'new-hsm', serial: 'hsm-0002', model: 'X' }, step: 's', index: 0, hold: null },
  ...{ kind: 'hsm', thing: HSM_SERIAL, to: 'lost', since: '2027-03-01', exposed: true, how: 'Gone.' },
  ...{ circumstances: '-', witness: 'ivo' },
  ...over,
});
const card = (over: Partial<Declaration> = {}) =>
  declaration({
    ...{ kind: 'quorum-token', thing: DAVE?.signingSpki ?? '' },
    ...{ holder: { seat: 'dave', key: DAVE?.encryptionSpki ?? '' }, ...over },
  });
const refuses = (losses: Losses, one: Declaration, message: RegExp) =>
  assertRefuses(() => losses.judge(one, ROSTER), 'DESCRIPTOR_INVALID', message);

describe('the guard judges a declaration that a thing is lost by its own ledger and roster', () => {
  test('takes what is known and not lost, and what is lost and found, in that order', () => {
    const losses = new Losses(LEDGER);
    losses.judge(declaration(), ROSTER);
    losses.judge(card(), ROSTER);
    losses.judge(declaration({ kind: 'medium', thing: 'envelopes.1' }), ROSTER);
    refuses(losses, declaration({ to: 'found' }), /^the hsm .* is not lost$/);
    losses.declare(declaration());
    refuses(losses, declaration(), /^the hsm .* is lost already$/);
    losses.judge(declaration({ exposed: false }), ROSTER);
    losses.judge(declaration({ to: 'found' }), ROSTER);
    losses.declare(declaration({ to: 'found' }));
    refuses(losses, declaration({ to: 'found' }), /is not lost$/);
    losses.judge(declaration(), ROSTER);
  });

  test('knows what the ledger has as lost', () => {
    const { op: _op, hsm: _hsm, index: _index, hold: _hold, to: _to, ...loss } = declaration();
    const row = { ...loss, state: 'lost' as const, at: '2027-03-01T00:00:00Z', approvedBy: ['alice'] };
    const losses = new Losses({ ...LEDGER, losses: [row] } satisfies Ledger);
    refuses(losses, declaration(), /is lost already$/);
    losses.judge(declaration({ to: 'found' }), ROSTER);
  });

  for (const [name, one, message] of [
    [
      'an HSM that it does not know',
      declaration({ thing: 'hsm-0009' }),
      /^the ledger has no HSM with serial "hsm-0009"/,
    ],
    ['a medium that it does not know', declaration({ kind: 'medium', thing: 'stick' }), /no medium "stick"/],
    [
      'a token that is on no roster',
      card({ thing: 'ab'.repeat(32) }),
      /^"dave" has no token on the roster that signs with abab/,
    ],
    [
      'the token of somebody else',
      card({ holder: { seat: 'erin', key: ERIN?.encryptionSpki ?? '' } }),
      /^"erin" has no token/,
    ],
    [
      'a token with the key of another',
      card({ holder: { seat: 'dave', key: ERIN?.encryptionSpki ?? '' } }),
      /^"dave" has no token/,
    ],
  ] as const)
    test(`refuses ${name}`, () => refuses(new Losses(LEDGER), one, message));

  test('takes a token of the roster before a change, where it is told of that one too', () => {
    const changed = { ...ROSTER, members: ROSTER.members.filter(({ seat }) => seat !== 'dave') };
    const losses = new Losses(LEDGER);
    assertRefuses(() => losses.judge(card(), changed), 'DESCRIPTOR_INVALID', /^"dave" has no token/);
    losses.judge(card(), changed, ROSTER);
  });

  test('an HSM of this ceremony is not lost, at whichever of its HSMs that is declared', () => {
    const here = (serial: string) => [{ serial, authorized: { name: 'root-hsm' } }] as unknown as HsmSession[];
    assertRefuses(
      () => requireAway(declaration(), here(HSM_SERIAL)),
      'DESCRIPTOR_INVALID',
      /is in this ceremony, as "root-hsm": it is not lost$/,
    );
    requireAway(declaration(), here('hsm-0002'));
    requireAway(declaration({ to: 'found' }), here(HSM_SERIAL));
  });

  test('refuses everything where there was no ceremony before', () =>
    refuses(new Losses(null), declaration(), /^there is no ledger before this ceremony/));
});
