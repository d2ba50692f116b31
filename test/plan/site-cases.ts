import { after, type Case, movedBefore, stepLine, within, without } from './edits.ts';
import type { Edit, Mutable } from './planned.ts';

const memberOf = (roster: Mutable, seat: string) =>
  roster.members.find((member: Mutable) => member.seat === seat) as Mutable;
const asPaper = (seat: string) => (roster: Mutable) => {
  const member = memberOf(roster, seat);
  member.evidence = 'paper';
  delete member.tokens;
};

const BY_DEVICE = 'means: device-quorum, devices: cards, need: 3, of: 5';

const KEYS_ON_EVIDENCE: Edit = [
  '/opt/hsm.so, ',
  '/opt/hsm.so, key-files: { folder: /opt/nfast/kmdata/local, kept-on: evidence }, ',
];
const KEY_FILES: readonly Edit[] = [
  KEYS_ON_EVIDENCE,
  ['evidence: [{ at: /media/e1 }]', 'evidence: [{ at: /media/e1 }, { at: /media/e2 }]'],
];

/** What of the site, the roster or the authorization does not fit the script. */
export const SITE_CASES: readonly Case[] = [
  // keys in files of the computer
  {
    name: 'keys in files that are on no medium when everybody signs off',
    code: 'PLAN_ORDER',
    script: [without('keys-out'), without('pack-out')],
    site: KEY_FILES,
  },
  {
    name: 'keys in files before there is a key',
    code: 'PLAN_ORDER',
    script: movedBefore('keys-out', 'key-agreed'),
    site: KEY_FILES,
  },
  {
    name: 'keys in files that are kept on one medium alone',
    code: 'PLAN_MEDIUM',
    site: [KEYS_ON_EVIDENCE],
  },
  {
    name: 'keys in files that are written onto another medium than the site keeps them on',
    code: 'PLAN_MEDIUM',
    script: [within('keys-out', 'item: evidence', 'item: envelopes')],
    site: KEY_FILES,
  },
  // people
  {
    name: 'a seat that nobody fills',
    code: 'PLAN_PEOPLE',
    site: [['  auditor: [ivo]\n', '']],
  },
  {
    name: 'a seat that too few fill, and one that too many do',
    code: 'PLAN_PEOPLE',
    site: [
      ['[alice, bob, carol, dave, erin]', '[alice, bob, carol, dave]'],
      ['[gus]', '[gus, erin]'],
    ],
  },
  {
    name: 'a person in two seats',
    code: 'PLAN_PEOPLE',
    site: [['administrator: [dana]', 'administrator: [alice]']],
  },
  {
    name: 'a witness who would approve, beside being a witness',
    code: 'PLAN_PEOPLE',
    site: [['dave, erin]', 'dave, gus]']],
  },
  {
    name: 'a witness who would approve, and another who witnesses',
    code: 'PLAN_ROSTER',
    site: [
      ['dave, erin]', 'dave, gus]'],
      ['witness: [gus]', 'witness: [erin]'],
    ],
  },
  {
    name: 'a person who is not on the roster, and a guest',
    code: 'PLAN_ROSTER',
    site: [
      ['[dana]', '[mallory]'],
      ['[ivo]', '[{ name: Ivo Test, organisation: Test Ltd }]'],
    ],
  },
  {
    name: 'stand-ins, who come only if somebody does not',
    code: '',
    site: [['[ivo]', '[ivo, { instead: hana }]']],
  },
  {
    name: 'shares held by the witness',
    code: 'PLAN_ROSTER',
    script: [within('activation', 'holders: crypto-officer', 'holders: witness')],
  },
  {
    name: 'shares held by a seat that does not exist',
    code: 'PLAN_PEOPLE',
    script: [within('activation', 'holders: crypto-officer', 'holders: officers')],
  },
  // roster
  {
    name: 'a floor above the roster',
    code: 'PLAN_ROSTER',
    script: [['sign: 3 }', 'sign: 4 }']],
  },
  {
    name: 'a roster without a rule for an operation and for a floor',
    code: 'PLAN_ROSTER',
    roster: (roster) => {
      delete roster.classes.inventory;
    },
  },
  {
    name: 'a class that needs more people than come',
    code: 'PLAN_PEOPLE',
    script: [['{ of: 5, present: 5,', '{ of: 5, present: 3,']],
    site: [['[alice, bob, carol, dave, erin]', '[alice, bob, carol]']],
    roster: (roster) => {
      roster.classes.administer.need = 4;
      roster.classes.sign.need = 4;
    },
  },
  {
    name: 'an officer without a token',
    code: 'PLAN_ROSTER',
    roster: asPaper('carol'),
  },
  {
    name: 'a batch that different roles approve',
    code: 'PLAN_ROSTER',
    roster: (roster) => {
      roster.classes.inventory = { role: 'policy-authority', need: 2 };
    },
  },
  // tokens
  {
    name: 'a token that the site does not bind',
    code: 'PLAN_TOKEN',
    site: [['  root-hsm: { module: hsm', '  other-hsm: { module: hsm']],
  },
  {
    name: 'a token that is not blank, by serial',
    code: 'PLAN_TOKEN',
    site: [['blank: true', 'serial: "0001"']],
  },
  {
    name: 'a token with a label that no token can have',
    code: 'PLAN_TOKEN',
    site: [['label: ROOT-G1', 'label: Größe']],
  },
  {
    name: 'a token that the script does not have',
    code: 'PLAN_TOKEN',
    script: [
      within('hsm-seen', 'token: root-hsm', 'token: hsm'),
      within('activation', 'token: root-hsm', 'token: hsm'),
      within('root-key', 'token: root-hsm', 'token: hsm'),
      within('lock', 'token: root-hsm', 'token: hsm'),
    ],
  },
  {
    name: 'a token expected from the ledger',
    code: 'PLAN_TOKEN',
    script: [['expect: blank', 'expect: ledger']],
  },
  {
    name: 'a token expected with objects',
    code: 'PLAN_TOKEN',
    script: [['expect: blank', 'expect: [root-key]']],
  },
  {
    name: 'an activation by the device itself',
    code: '',
    site: [
      ['blank: true', 'serial: "0001"'],
      ['means: shares', `${BY_DEVICE}, login: null-pin`],
      ['hsm.so, ', 'hsm.so, login-within: PT15M, '],
    ],
    authorization: (permit) => {
      delete permit.hsms[0].blank;
      permit.hsms[0].serial = '0001';
      permit.hsms[0].activation = { means: 'device-quorum', devices: 'cards', need: 3, of: 5, seconds: 900 };
    },
  },
  {
    name: 'an activation by the device itself, of a blank token, that wants a PIN from here, and that nobody authorized',
    code: 'PLAN_TOKEN',
    site: [['means: shares', `${BY_DEVICE}, pin: { length: 4..8 }`]],
  },
  {
    name: 'an activation that the script does not allow',
    code: 'PLAN_TOKEN',
    site: [
      ['blank: true', 'serial: "0001"'],
      ['means: shares', 'means: split-pin, parts: 2, login: null-pin'],
    ],
    authorization: (permit) => {
      delete permit.hsms[0].blank;
      permit.hsms[0].serial = '0001';
      permit.hsms[0].activation = { means: 'split-pin', parts: 2 };
    },
  },
  {
    name: 'an activation by the device itself, by other people than are authorized',
    code: 'PLAN_AUTHORIZATION',
    site: [
      ['blank: true', 'serial: "0001"'],
      ['means: shares', `${BY_DEVICE}, login: null-pin`],
    ],
    authorization: (permit) => {
      delete permit.hsms[0].blank;
      permit.hsms[0].serial = '0001';
      permit.hsms[0].activation = { means: 'device-quorum', devices: 'cards', need: 4, of: 5 };
    },
  },
  // authorization
  {
    name: 'a token that the authorization does not name',
    code: 'PLAN_AUTHORIZATION',
    authorization: (permit) => {
      permit.hsms[0].name = 'other-hsm';
    },
  },
  {
    name: 'a token of another model than the authorization names',
    code: 'PLAN_AUTHORIZATION',
    site: [['model: Soft HSM v1', 'model: Soft HSM v2']],
  },
  {
    name: 'modules that are not as the authorization names them',
    code: 'PLAN_AUTHORIZATION',
    site: [
      [`sha256: ${'a1'.repeat(32)}`, `sha256: ${'c3'.repeat(32)}`],
      [`sha256: ${'b2'.repeat(32)} }`, `sha256: ${'b2'.repeat(32)}, environment: { DEBUG: "1" } }`],
    ],
  },
  {
    name: 'quorum tokens on another module, and a module that the authorization lacks',
    code: 'PLAN_AUTHORIZATION',
    site: [
      ['quorum-tokens: { module: cards }', 'quorum-tokens: { module: other }'],
      ['  hsm: { library', `  other: { library: /opt/other.so, sha256: ${'d4'.repeat(32)} }\n  hsm: { library`],
    ],
  },
  // media
  {
    name: 'a medium that the site does not have',
    code: 'PLAN_MEDIUM',
    site: [['  publish: [{ at: /media/p1 }]\n', '']],
  },
  {
    name: 'one medium for the envelopes',
    code: 'PLAN_MEDIUM',
    site: [['[{ at: /media/s1 }, { at: /media/s2 }]', '[{ at: /media/s1 }]']],
  },
  {
    name: 'a site without any medium',
    code: 'PLAN_MEDIUM',
    site: [
      [
        'media:\n  envelopes: [{ at: /media/s1 }, { at: /media/s2 }]\n  evidence: [{ at: /media/e1 }]\n  publish: [{ at: /media/p1 }]\n',
        '',
      ],
    ],
  },
  // paper
  {
    name: 'shares that are to be printed, on a site without a printer, and pages of which nobody keeps account',
    code: 'PLAN_PRINTER',
    script: [
      ['ecdsa-p384 }', 'ecdsa-p384, wrappable: true }'],
      after(
        'lock',
        stepLine(
          '{ id: backup, step: back-up-key, by: administrator, check: witness, with: { key: root, token: root-hsm, holders: crypto-officer, envelopes: envelopes, backups: evidence, paper: pages } }',
        ),
      ),
    ],
    site: [['[{ at: /media/e1 }]', '[{ at: /media/e1 }, { at: /media/e2 }]']],
  },
  // who does what
  {
    name: 'steps that nobody does',
    code: 'PLAN_PEOPLE',
    script: [
      within('briefing', ' by: administrator,', ''),
      within('cameras', ' by: administrator,', ''),
      within('documents', ' by: administrator,', ''),
      within('clock', ' by: administrator,', ''),
      within('roll-call', ' each: crypto-officer,', ''),
      within('pack-out', ' by: administrator,', ''),
      within('judged', ' by: auditor,', ''),
      within('sign-off', ', each: all', ''),
    ],
  },
  {
    name: 'a roll-call of people without tokens',
    code: 'PLAN_ROSTER',
    script: [after('roll-call', stepLine('{ id: roll-call-all, step: roll-call, each: auditor }'))],
  },
];
