import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { holdSealedToRoster } from '../../src/guard/sealed-to-roster.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import type { Roster } from '../../src/quorum/roster.ts';
import type { ShareSet } from '../../src/quorum/share-set.ts';
import { quorumRecipients } from '../../src/verify/checks/quorum-recipients.ts';

/*
 * The roster changes between two proposals: carol gets another token, dave leaves. Of what is proposed after it, guard and verifier
 * take the same.
 */

const CHANGED = 10;
const token = (of: string) => sha256(`token of ${of}`);
const rosterOf = (tokens: Readonly<Record<string, string>>): Roster =>
  ({
    classes: new Map(['administer', 'backup'].map((name) => [name, { role: 'officer', need: 2 }])),
    members: Object.entries(tokens).map(([seat, of]) => ({
      seat,
      role: 'officer',
      tokens: [{ encryptionSpki: token(of), signingSpki: sha256(`signing ${of}`) }],
    })),
  }) as unknown as Roster;
const OLD = rosterOf({ alice: 'alice', bob: 'bob', carol: 'carol', dave: 'dave' });
const NEW = rosterOf({ alice: 'alice', bob: 'bob', carol: 'carol anew' });

function set(id: string, holders: Readonly<Record<string, string>>, kind: ShareSet['kind'] = 'user'): ShareSet {
  const shares = Object.entries(holders).map(([seat, of], index) => ({
    ...{ seat, x: index + 1, commitment: sha256(seat), envelope: sha256(of), recipients: [token(of)] },
  }));
  return { id: id.repeat(16), kind, threshold: 2, check: sha256(id), shares };
}
const SEALED_BEFORE = set('11', { alice: 'alice', bob: 'bob', carol: 'carol', dave: 'dave' });
const SEALED_AFTER = set('22', { alice: 'alice', bob: 'bob', carol: 'carol anew' });
const BEGUN = sha256('the descriptor of what was begun');

const rotation = (made: ShareSet, adopts: string | null = null) =>
  ({ op: 'rotate-activation', set: made, adopts }) as unknown as Operation;
const preparation = (made: ShareSet, adopts: string | null = null) =>
  ({ op: 'prepare-token', sets: [made, { ...made, kind: 'so' }], adopts }) as unknown as Operation;
const wrapping = (made: ShareSet) => ({ op: 'wrap-key', set: { ...made, kind: 'kek' } }) as unknown as Operation;

/** What the verifier finds in a record of these proposals. */
function found(...proposals: readonly { seq: number; operation: Operation; begun?: boolean }[]): readonly string[] {
  return foundAfter([], ...proposals);
}

function foundAfter(
  events: readonly object[],
  ...proposals: readonly { seq: number; operation: Operation; begun?: boolean }[]
): readonly string[] {
  const findings: string[] = [];
  const parts = {
    proposals: proposals.map(({ seq, operation, begun = false }) => ({
      ...{ seq, event: { type: 'proposed', seq }, descriptor: { operation } },
      intents: begun ? [{}] : [],
    })),
    rosterAt: (seq: number) => (seq > CHANGED ? NEW : OLD),
    before: null,
    events,
  };
  quorumRecipients.run(
    parts as never,
    { report: (where: string, message: string) => findings.push(`${where}: ${message}`) } as never,
  );
  return findings;
}

/** Whether the guard has it approved, under the roster that is in force after the change. */
function takes(operation: Operation, lost?: string): boolean {
  try {
    holdSealedToRoster(NEW, operation, (one) => one === lost);
    return true;
  } catch (error) {
    assert.ok(error instanceof CeremonyError);
    assert.equal(error.code, lost === undefined ? 'SHARE_FOREIGN_SET' : 'TOKEN_UNEXPECTED');
    return false;
  }
}

const [BEFORE, AFTER] = [CHANGED - 5, CHANGED + 5];

describe('share sets that were sealed before the roster changed', () => {
  for (const [name, operation] of [
    ['a rotation', rotation],
    ['a preparation', preparation],
  ] as const) {
    it(`are finished by ${name} that was begun with them, by guard and verifier`, () => {
      const finishes = operation(SEALED_BEFORE, BEGUN);
      assert.ok(takes(finishes));
      assert.deepEqual(
        found({ seq: BEFORE, operation: operation(SEALED_BEFORE), begun: true }, { seq: AFTER, operation: finishes }),
        [],
      );
    });

    it(`are put to use by no ${name.slice(2)} that begins after it, by either`, () => {
      const begins = operation(SEALED_BEFORE);
      assert.ok(!takes(begins));
      const said = found({ seq: BEFORE, operation: begins }, { seq: AFTER, operation: begins });
      assert.ok(
        said.some((one) => /the share of "carol" is not sealed to exactly their 1 tokens$/.test(one)),
        said.join('\n'),
      );
      assert.ok(said.some((one) => /"dave", who would hold a share, is no officer of the roster$/.test(one)));
      assert.ok(takes(operation(SEALED_AFTER)));
      assert.deepEqual(found({ seq: AFTER, operation: operation(SEALED_AFTER) }), []);
    });

    it(`are not let through by the word of ${name} alone that something was begun with them`, () => {
      const finishes = operation(SEALED_BEFORE, BEGUN);
      for (const earlier of [
        [],
        [{ seq: BEFORE, operation: operation(SEALED_BEFORE) }],
        [{ seq: BEFORE, operation: operation({ ...SEALED_BEFORE, check: sha256('another secret') }), begun: true }],
        [{ seq: BEFORE, operation: wrapping(SEALED_BEFORE), begun: true }],
      ])
        assert.ok(found(...earlier, { seq: AFTER, operation: finishes }).length > 0);
    });
  }

  it('are put to use by nothing while the token of a custodian is lost, by either', () => {
    const thing = sha256('signing bob');
    const lost = (seq: number, to = 'lost') => ({ seq, type: 'result', outcome: 'done', facts: { ...BOB, to } });
    const BOB = { kind: 'quorum-token', thing };
    const said = [`events.jsonl:${AFTER}: the share of "bob" is sealed to a token that was declared lost`];
    for (const operation of [rotation(SEALED_AFTER), wrapping(SEALED_AFTER)]) {
      assert.ok(!takes(operation, thing));
      assert.deepEqual(foundAfter([lost(2)], { seq: AFTER, operation }), said);
      assert.deepEqual(foundAfter([lost(2), lost(3, 'found')], { seq: AFTER, operation }), []);
      assert.deepEqual(foundAfter([lost(AFTER + 1)], { seq: AFTER, operation }), []);
    }
    assert.ok(takes(rotation(SEALED_AFTER, BEGUN), thing));
  });

  it('wrap no key after it: what was begun under them is begun anew under the roster in force', () => {
    assert.ok(!takes(wrapping(SEALED_BEFORE)));
    assert.ok(
      found(
        { seq: BEFORE, operation: wrapping(SEALED_BEFORE), begun: true },
        { seq: AFTER, operation: wrapping(SEALED_BEFORE) },
      ).length > 0,
    );
  });
});
