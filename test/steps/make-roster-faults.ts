import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { altered } from './founded.ts';
import { type Falsification, type Falsified, type Faults, facts, twice, withoutEvent } from './recording.ts';

const KEY = 'first-roster';
const PATH = 'roster/roster.json';
const finding = (message: string) => `STEP-ROSTER step 12 "${KEY}": ${message}`;
const OTHERWISE = finding('the roster is not that of those who were enrolled');
const RECORD = finding('the record says otherwise which roster was made, and who signed it');

/** Another roster, which the record names, too. */
function roster(change: (document: Falsified) => void): Falsification {
  const bytes = canonicalBytes(altered(PATH, change) as never);
  return {
    files: (files) => void files.set(PATH, bytes),
    ...facts(KEY, (all) => {
      all.roster = sha256(bytes);
    }),
  };
}

/** Somebody's enrolment with something changed. */
const enrolment = (seat: string, change: (statement: Falsified) => void): Falsification => ({
  files: (files) => {
    const path = `statements/officer-token.${seat}.json`;
    files.set(path, canonicalBytes(altered(path, change) as never));
  },
});

/** What may be wrong with the record of a first roster, and the finding that says so. */
export const FAULTS: Faults = [
  ['no roster was made', { files: (files) => void files.delete(PATH) }, finding('no roster was made')],
  ['fewer approve', roster((all) => Object.assign(all.classes.destroy, { need: 2 })), OTHERWISE],
  [
    'others approve',
    roster((all) => Object.assign(all.classes.sign, { role: 'policy-authority', need: 2 })),
    OTHERWISE,
  ],
  ['its members stand in another order', roster((all) => all.members.reverse()), OTHERWISE],
  [
    'somebody is on it who was not enrolled',
    roster((all) => all.members.push({ seat: 'mallory', role: 'auditor', evidence: 'paper' })),
    OTHERWISE,
  ],
  ['one of those who are present is not on it', roster((all) => all.members.pop()), OTHERWISE],
  ['it is another version', roster((all) => Object.assign(all, { version: 2 })), OTHERWISE],
  [
    'it follows another roster',
    roster((all) => {
      all.previous = sha256('x');
    }),
    OTHERWISE,
  ],
  [
    'the record names another roster',
    facts(KEY, (all) => {
      all.roster = sha256('x');
    }),
    RECORD,
  ],
  [
    'the record counts other members',
    facts(KEY, (all) => {
      all.members = 9;
    }),
    RECORD,
  ],
  ['the record says that one has not signed', facts(KEY, (all) => void all.signedBy.pop()), RECORD],
  ['the record does not say which roster was made', withoutEvent(KEY, 'observation'), RECORD],
  ['the record says it twice', twice(KEY, 'observation'), RECORD],
  [
    'it is not the roster, and the record names that of those who were enrolled',
    { files: roster((all) => all.members.pop()).files as (files: Map<string, Uint8Array>) => void },
    [OTHERWISE, RECORD],
  ],
  [
    'an enrolment is not in the pack',
    { files: (files) => void files.delete('statements/officer-token.bob.json') },
    finding('the enrolment "statements/officer-token.bob.json" is not in the pack'),
  ],
  [
    'an enrolment is none',
    enrolment('bob', (all) => Object.assign(all, { type: 'quorate/presence/1' })),
    finding('the enrolment "type" is "quorate/presence/1", expected quorate/enrolment/1'),
  ],
  [
    'an enrolment names the serial of another token',
    enrolment('bob', (all) => Object.assign(all.token, { serial: 'token-3' })),
    OTHERWISE,
  ],
  [
    'too few were enrolled for what the script asks',
    {
      keep: (event) => !(event.type === 'statement' && /@(?:alice|bob|carol)$/.test(event.step)),
    },
    finding('roster.json: class "administer" needs 3 of role "crypto-officer", but the roster has 2 with a token'),
  ],
];
