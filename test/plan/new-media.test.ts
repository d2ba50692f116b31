import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { NO_DIGEST } from '../../src/base/digest.ts';
import type { Ledger, LedgerBackup, LedgerShareSet, LedgerThing } from '../../src/ledger/ledger.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { WINDOW } from '../forge/stage.ts';
import { TEMPLATES } from './planned.ts';

const SET = 'ee'.repeat(16);
const thing = (unit: string, state: LedgerThing['state']): LedgerThing => ({
  ...{ unit, kind: 'medium', make: null, serial: null, state, bag: null, place: null },
});
const backup = (state: LedgerBackup['state']): LedgerBackup => ({
  ...{ key: 'root', spkiSha256: NO_DIGEST, set: SET, algorithm: 'aes-256-kwp', file: `${SET}-root.kwp` },
  ...{
    sha256: NO_DIGEST,
    size: 8,
    madeAt: '2026-01-01T00:00:00Z',
    state,
    media: ['backups 1', 'backups 2'],
    step: 'b',
  },
});
const kek = (state: LedgerShareSet['state']): LedgerShareSet => ({
  ...{ id: SET, kind: 'kek', threshold: 2, check: NO_DIGEST, shares: [], hsm: '0001', state, unproven: [] },
  envelopes: { 'kek-envelopes 1': [], 'kek-envelopes 2': [] },
});

/** What a plan says of the media of a second backup: the script that ships, after a ceremony with this ledger. */
function said(after: Partial<Ledger>, ...edits: readonly (readonly [string, string])[]): string[] {
  let text = readFileSync(new URL('../../ceremonies/backup-split.yaml', import.meta.url), 'utf8');
  for (const [from, to] of edits) text = text.replaceAll(from, to);
  const ledger: Ledger = {
    ...{ type: 'quorate/ledger/1', ceremony: NO_DIGEST, number: 2, previous: NO_DIGEST, tokens: [], keys: [] },
    ...{ copies: [], certificates: [], crls: [], shareSets: [], custody: [] },
    ...after,
  };
  const { problems } = makePlan({
    script: readScript(Buffer.from(text), 'script.yaml', STEP_TYPES),
    ledger,
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  return problems.flatMap(({ text: message, hint }) =>
    /is blank|are blank/.test(message) ? [`${message}; ${hint}`] : [],
  );
}
const FIRST = { backups: [backup('kept')], shareSets: [kek('current')] };

describe('a new medium', () => {
  test('has not the name of one that holds what a ceremony before wrote, since one destroyed would count for both', () => {
    const hint = 'media are known by their names: give the new one another, or bring that one, sealed';
    const taken = [
      `"kek-envelopes.1", "kek-envelopes.2" of this ceremony are blank, and the ledger of the previous pack has a medium "kek-envelopes.1" that is not destroyed and holds envelopes of the share set ${SET}; ${hint}`,
      `"backups.1", "backups.2" of this ceremony are blank, and the ledger of the previous pack has a medium "backups.1" that is not destroyed and holds the wrapped key ${SET}-root.kwp; ${hint}`,
    ];
    assert.deepEqual(said(FIRST), taken);
    const custody = ['backups.1', 'backups.2', 'kek-envelopes.1', 'kek-envelopes.2'].map((unit) =>
      thing(unit, 'sealed'),
    );
    assert.deepEqual(said({ ...FIRST, custody }), taken);
    const orphan = { backups: [backup('orphan')], shareSets: [kek('begun')] };
    assert.deepEqual(said(orphan), taken);
  });

  test('has it where that one is destroyed, each copy for itself, or holds nothing any more', () => {
    const units = ['backups.1', 'kek-envelopes.1', 'kek-envelopes.2'];
    const [left] = said({ ...FIRST, custody: units.map((unit) => thing(unit, 'destroyed')) });
    assert.match(String(left), /^"backups\.2" of this ceremony is blank, .* holds the wrapped key /);
    const all = [...units, 'backups.2'].map((unit) => thing(unit, 'destroyed'));
    assert.deepEqual(said({ ...FIRST, custody: all }), []);
    assert.deepEqual(said({ backups: [backup('destroyed')], shareSets: [kek('void')] }), []);
  });

  test('may be the one that it was, which comes in its bag, or has a name of its own', () => {
    const sealed = (holds: string) => [`holds: ${holds}, arrives: blank`, `holds: ${holds}, arrives: sealed`] as const;
    assert.deepEqual(said(FIRST, sealed('wrapped-keys'), sealed('wrapping-shares')), []);
    assert.deepEqual(said(FIRST, [' backups', ' second'], ['kek-envelopes', 'second-envelopes']), []);
    assert.deepEqual(said({}), []);
  });
});
