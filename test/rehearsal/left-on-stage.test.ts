import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Ledger, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import type { StagedHsm } from '../../src/rehearsal/documents.ts';
import { makeHsms } from '../../src/rehearsal/hsms.ts';
import type { Lasting } from '../../src/rehearsal/lasting.ts';
import { CAST } from './set-stage.ts';

const SERIAL = '0a0b';
const HSM = { serial: SERIAL, label: 'rehearsal-hsm' } as StagedHsm;

const set = (state: LedgerShareSet['state'], file: string) =>
  ({ hsm: SERIAL, state, envelopes: { 'shares 1': [file], 'shares 2': [file] } }) as unknown as LedgerShareSet;

describe('what earlier ceremonies of a rehearsal have left on its stage', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-left-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The next ceremony, after a pack whose ledger has one HSM with these sets. */
  function next(shareSets: readonly LedgerShareSet[], lasting: Partial<Lasting>) {
    const token = { name: 'hsm-of-then', serial: SERIAL, label: 'rehearsal-hsm' };
    const ledger = { tokens: [token], keys: [], copies: [], shareSets, custody: [] } as unknown as Ledger;
    const folders = ['envelopes-1', 'envelopes-2'].map((name) => join(folder, name));
    for (const at of folders) mkdirSync(at);
    const company = { people: [], model: '', roster: null };
    return makeHsms({
      lasting: { hsms: new Map(), envelopes: new Map(), company, before: { ledger }, ...lasting } as unknown as Lasting,
      cast: readCast(CAST),
      folder,
      media: new Map([['envelopes', folders]]),
    });
  }

  test('is the HSM by its serial, whatever the script calls it, and its envelopes on each copy of their medium', async () => {
    const envelopes = new Map([
      ['old.p7m', Buffer.from('old')],
      ['new.p7m', Buffer.from('new')],
    ]);
    const sets = [set('superseded', 'burnt.p7m'), set('superseded', 'old.p7m'), set('current', 'new.p7m')];
    const { hsms, notes } = await next(sets, { hsms: new Map([[SERIAL, HSM]]), envelopes });
    assert.deepEqual([[...hsms], notes], [[['root-hsm', HSM]], []]);
    for (const copy of ['envelopes-1', 'envelopes-2']) {
      assert.deepEqual(readdirSync(join(folder, copy)), ['new.p7m', 'old.p7m']);
      assert.equal(readFileSync(join(folder, copy, 'new.p7m'), 'utf8'), 'new');
    }
  });

  test('is refused where it has no such HSM', () =>
    assert.rejects(next([], {}), {
      code: 'REHEARSAL_SETUP',
      message:
        'the script expects "root-hsm" as the ledger has it, and no ceremony of this rehearsal has used that HSM: "hsm-of-then", serial 0a0b',
    }));

  test('is refused where an envelope that opens the HSM lies nowhere', () =>
    assert.rejects(next([set('current', 'new.p7m')], { hsms: new Map([[SERIAL, HSM]]) }), {
      code: 'REHEARSAL_SETUP',
      message: 'the share envelope "new.p7m", which opens the HSM 0a0b, is on no medium of the ceremonies before',
    }));
});
