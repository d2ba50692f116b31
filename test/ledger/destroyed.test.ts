import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { isLeft } from '../../src/ledger/destroyed.ts';
import { keyPlaces } from '../../src/ledger/key-places.ts';
import { type LedgerBackup, type LedgerCopy, type LedgerKey, ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { destroying } from '../forge/destroying.ts';
import { recordCeremony } from '../forge/record.ts';
import { HSM_SERIAL } from '../forge/stage.ts';

const recording = await recordCeremony(destroying);
const ledger = deriveLedger(recording.plan, recording.events, (path) => recording.files.get(path));
const [key] = ledger.keys as [LedgerKey];

describe('the ledger of a key that was destroyed', () => {
  test('keeps its row, and says when and by which step; it is on no HSM any more', () => {
    const done = recording.events.find((event) => event.type === 'result' && event.facts['destroyed'] !== undefined);
    assert.equal(key.state, 'destroyed');
    assert.deepEqual(key.destroyed, { at: done?.at, step: 'destroyed' });
    assert.deepEqual(key.states.at(-1), {
      ...{ from: 'active', to: 'destroyed', at: done?.at, ceremony: 1, step: 'destroyed' },
      ...{ reason: 'Its time is over.', approvedBy: ['alice', 'bob', 'carol'] },
    });
    assert.equal(key.token, HSM_SERIAL);
    assert.deepEqual(keyPlaces(ledger, key), []);
    assert.equal(ledger.certificates.length, 1, 'what it has signed is there as before');
  });

  test('says at the end of what was interrupted whether the key was listed afterwards, where it did not sign', () => {
    const stated = (facts: object) => {
      const unsigned = recording.events.map((event) =>
        event.type === 'result' && event.facts['destroyed'] !== undefined
          ? { ...event, facts: { ...event.facts, destroyed: ['public-key'], ...facts } }
          : event,
      );
      const after = deriveLedger(recording.plan, unsigned as typeof recording.events, (path) =>
        recording.files.get(path),
      );
      assert.deepEqual(readLedger(ledgerBytes(after)), after);
      return after.keys[0]?.destroyed?.stated;
    };
    const listed = (...objects: readonly object[]) => stated({ after: { objects } });
    assert.equal(stated({}), 'absent');
    assert.equal(listed({ class: 'private-key', id: '99', label: 'another' }), 'absent');
    assert.equal(listed({ class: 'private-key', id: key.id, label: 'another' }), 'finished');
    assert.equal(listed({ class: 'private-key', id: '99', label: key.label }), 'finished');
    assert.equal(listed({ class: 'public-key', id: '99', label: 'x', spkiSha256: key.spkiSha256 }), 'finished');
    assert.equal(stated({ after: null }), 'finished');
  });

  test('is read back as it was written', () => {
    assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
    const without = { ...ledger, keys: ledger.keys.map((one) => ({ ...one, destroyed: { at: 'today', step: 'x' } })) };
    assert.throws(() => readLedger(ledgerBytes(without)), /"at"/);
  });

  const left = ({ destroyed: _destroyed, ...rest }: LedgerKey): LedgerKey => ({ ...rest, state: 'active' });
  const copy = (change: Partial<LedgerCopy> = {}): LedgerCopy => ({
    ...{ key: key.name, spkiSha256: key.spkiSha256, token: 'hsm-2', step: 'copy', provenAt: '2027-03-01T00:00:00Z' },
    ...change,
  });
  const gone = { at: '2027-03-02T00:00:00Z', step: 'gone' };

  for (const [name, one, copies, state, places] of [
    ['a copy is left on another HSM', key, [copy()], 'active', ['hsm-2']],
    ['its copy was destroyed, and it was not', left(key), [copy({ destroyed: gone })], 'active', [HSM_SERIAL]],
    ['both were', key, [copy({ destroyed: gone })], 'destroyed', []],
    [
      'people said that somebody has a copy, and nothing shows that it is gone',
      key,
      [copy({ provenAt: null, provenance: 'asserted' })],
      'active',
      [],
    ],
    ['another key has a copy', key, [copy({ spkiSha256: 'ab'.repeat(32) })], 'destroyed', []],
  ] as const) {
    test(`${name}: ${state}`, () => {
      const before = { ...one, state: 'active' as const };
      assert.equal(isLeft(before, copies, []) ? 'active' : 'destroyed', state);
      assert.deepEqual(keyPlaces({ copies }, before), places);
    });
  }

  for (const [kept, state] of [
    ['kept', 'active'],
    ['orphan', 'active'],
    ['destroyed', 'destroyed'],
  ] as const) {
    test(`it lies wrapped on a medium, ${kept}: ${state}`, () => {
      const backup: LedgerBackup = {
        ...{ key: key.name, spkiSha256: key.spkiSha256, set: 'ab'.repeat(16), algorithm: 'aes-256-kwp' },
        ...{ file: `${'ab'.repeat(16)}-root.kwp`, sha256: 'cd'.repeat(32), size: 88, media: ['backups 1'] },
        ...{ step: 'backup', madeAt: null, state: kept },
      };
      assert.equal(isLeft(key, [], [backup]) ? 'active' : 'destroyed', state);
      const other = { ...backup, spkiSha256: 'ef'.repeat(32) };
      assert.equal(isLeft(key, [], [other]), false);
    });
  }
});
