import { type Case, stepText, within } from './edits.ts';
import type { Edit } from './planned.ts';

const waived = (rule: string, until: string): Edit => [
  'waivers: []',
  `waivers: [{ rule: ${rule}, why: Old name, owner: Dana, until: ${until} }]`,
];
/** Several replacements in one step. */
const edits = (id: string, ...pairs: readonly Edit[]): Edit => [
  stepText(id),
  pairs.reduce((text, [from, to]) => text.replace(from, () => to), stepText(id)),
];
const certificateDates = (notBefore: string, notAfter: string): Edit =>
  edits(
    'root-certificate',
    ['{ at: proposal, floor: PT1M }', notBefore],
    ['{ from: not-before, plus: P10Y, minus: PT1S }', notAfter],
  );
const crlDates = (thisUpdate: string, nextUpdate: string): Edit =>
  edits('first-crl', ['{ at: proposal, floor: PT1M }', thisUpdate], ['{ from: this-update, plus: P364D }', nextUpdate]);
/** 25 years with their leap days, the first and the last second included (TLS BR §7.1.2.1.1). */
const LONGEST = 'plus: P9132D, minus: PT1S';

/** Dates, names, profiles, rules, waivers, and what this version does not do. */
export const RULES_CASES: readonly Case[] = [
  // dates
  {
    name: 'a date that rests on one that does not exist',
    code: 'PLAN_DATE',
    script: [
      certificateDates('{ at: proposal }', '{ from: the-beginning, plus: P10Y }'),
      crlDates('{ at: proposal }', '{ from: this-update, plus: P364D, at-most: root.not-after }'),
    ],
  },
  {
    name: 'dates that rest on each other',
    code: 'PLAN_DATE',
    script: [certificateDates('{ from: not-after, minus: P10Y }', '{ from: not-before, plus: P10Y }')],
  },
  {
    name: 'a date cut to what does not divide a day',
    code: 'PLAN_DATE',
    script: [certificateDates('{ at: proposal, floor: PT7M }', '{ from: not-before, plus: P10Y }')],
  },
  {
    name: 'a date after the year 9999',
    code: 'PLAN_DATE',
    script: [crlDates('{ at: proposal }', '{ from: this-update, plus: P8000Y }')],
  },
  {
    name: 'dates before 1950',
    code: 'PLAN_DATE',
    script: [
      certificateDates('{ from: not-after, minus: P100Y }', '{ at: proposal }'),
      crlDates('{ from: next-update, minus: P100Y }', '{ at: proposal }'),
    ],
  },
  {
    name: 'an end before the beginning',
    code: 'PLAN_LINT',
    script: [
      certificateDates('{ at: proposal }', '{ from: not-before, minus: P1D }'),
      crlDates('{ at: proposal }', '{ from: this-update, minus: P1D }'),
    ],
  },
  {
    name: 'a root of 26 years, and a CRL of two',
    code: 'PLAN_LINT',
    script: [
      certificateDates('{ at: proposal }', '{ from: not-before, plus: P26Y }'),
      crlDates('{ at: proposal }', '{ from: this-update, plus: P2Y }'),
    ],
  },
  {
    name: 'a root that is valid a second too long',
    code: 'PLAN_LINT',
    script: [certificateDates('{ at: proposal, floor: PT1M }', '{ from: not-before, plus: P9132D }')],
  },
  {
    name: 'a root that is valid as long as it may be',
    code: '',
    script: [certificateDates('{ at: proposal, floor: PT1M }', `{ from: not-before, ${LONGEST} }`)],
  },
  {
    name: 'a root that begins ten years before it is signed',
    code: 'PLAN_LINT',
    script: [certificateDates('{ from: not-after, minus: P10Y }', '{ at: proposal }')],
  },
  {
    name: 'a clock tolerance in years, and dates in no form',
    code: 'VALUE_REFUSED',
    script: [
      within('clock', 'tolerance: PT1M', 'tolerance: P1Y'),
      certificateDates('now', '{ at: proposal, floor: P1M }'),
    ],
  },
  // names and labels
  {
    name: 'a label that is too long with the marking',
    code: 'VALUE_REFUSED',
    script: [within('root-key', 'label: example-root-g1', 'label: example-root-g1-of-2027-a')],
  },
  {
    name: 'a common name that is too long with the marking',
    code: 'PLAN_LINT',
    script: [within('root-certificate', 'CN: Example Root CA G1', `CN: ${'Example '.repeat(7)}G1`)],
  },
  {
    name: 'the same common name without a marking',
    code: '',
    alone: true,
    script: [within('root-certificate', 'CN: Example Root CA G1', `CN: ${'Example '.repeat(7)}G1`)],
  },
  {
    name: 'a subject with an attribute that does not exist, and one without a country',
    code: 'KEY_UNKNOWN',
    script: [within('root-certificate', 'C: US, O: Example Org', 'Country: US, O: Example Org')],
  },
  {
    name: 'a subject with a value that cannot be encoded',
    code: 'PLAN_PARAMETER',
    script: [within('root-certificate', 'C: US', 'C: "Ü"')],
  },
  {
    name: 'a subject without a country',
    code: 'PLAN_LINT',
    script: [within('root-certificate', 'C: US, ', '')],
  },
  // profiles
  {
    name: 'a profile that does not exist',
    code: 'PLAN_PROFILE',
    script: [['root: { extends: root-ca }', 'root: { extends: roots-ca }']],
  },
  {
    name: 'a profile that the script does not have',
    code: 'PLAN_PROFILE',
    script: [within('root-certificate', 'profile: root', 'profile: roots')],
  },
  {
    name: 'a field of a profile that is not open, and one that is wrong',
    code: 'PLAN_PROFILE',
    script: [
      [
        'root: { extends: root-ca }',
        'root: { extends: root-ca, key-usage: [keySign] }\n  other: { extends: root-crl, path-length: 1 }\n  root-crl: { extends: root-ca }',
      ],
    ],
  },
  {
    name: 'a profile of CRLs for a certificate',
    code: 'PLAN_PROFILE',
    script: [['root: { extends: root-ca }', 'root: { extends: root-crl }']],
  },
  {
    name: 'profiles below a root that leave out what they need, leave names free, or have another form',
    code: 'PLAN_PROFILE',
    script: [
      [
        'root: { extends: root-ca }',
        [
          'root: { extends: root-ca }',
          '  tls: { extends: tls-issuing-ca, policies: [{ policy: 1.2.3, notice: Read me }], crl: http://a.example/a.crl }',
          '  partner:',
          '    extends: partner-ca',
          '    extended-key-usage: [serverAuth]',
          '    policies: [any-policy]',
          '    crl: http://a.example/a.crl',
          '    name-constraints: { permitted: { dns: ["*.example.com"], ip: [10.0.0.1/8] }, excluded: { uri: [a, "a:1"] } }',
          '  services: { extends: partner-ca, extended-key-usage: [serverAuth], policies: [1.2.3], crl: http://a.example/a.crl, name-constraints: { excluded: { dns: all, ip: all } } }',
        ].join('\n'),
      ],
    ],
  },
  {
    name: 'a profile of a CA below a root for the root',
    code: 'PLAN_PROFILE',
    script: [['root: { extends: root-ca }', 'root: { extends: client-ca, crl: http://a.example/a.crl }']],
  },
  {
    name: 'a profile that breaks a rule',
    code: 'PLAN_LINT',
    script: [['root: { extends: root-ca }', 'root: { extends: root-ca, path-length: 1 }']],
  },
  // rules and waivers
  { name: 'a rule pack that does not exist', code: 'PLAN_RULES', script: [['cabf-tls]', 'cabf-ev]']] },
  { name: 'a rule pack without the one that it adds to', code: 'PLAN_RULES', script: [['[rfc5280, ', '[']] },
  { name: 'rules of Mozilla, kept', code: '', script: [['cabf-tls]', 'cabf-tls, mozilla]']] },
  {
    name: 'a root that is valid for longer than Mozilla trusts its key',
    code: 'PLAN_LINT',
    script: [
      ['cabf-tls]', 'cabf-tls, mozilla]'],
      certificateDates('{ at: proposal, floor: PT1M }', '{ from: not-before, plus: P20Y }'),
    ],
  },
  { name: 'no rule pack', code: 'PLAN_RULES', script: [['[rfc5280, cabf-tls]', '[]']] },
  {
    name: 'a waiver of what is broken',
    code: '',
    script: [
      ['root: { extends: root-ca }', 'root: { extends: root-ca, path-length: 1 }'],
      waived('cabf-tls/root-path-length-absent', '2027-12-31'),
    ],
  },
  {
    name: 'a waiver that ends within the window',
    code: 'PLAN_LINT',
    script: [
      ['root: { extends: root-ca }', 'root: { extends: root-ca, path-length: 1 }'],
      waived('cabf-tls/root-path-length-absent', '2027-03-15'),
    ],
  },
  {
    name: 'a waiver of what is not broken',
    code: 'PLAN_RULES',
    script: [waived('cabf-tls/root-validity', '2027-12-31')],
  },
  {
    name: 'a waiver of no rule',
    code: 'PLAN_RULES',
    script: [waived('cabf-tls/root-validty', '2027-12-31')],
  },
  {
    name: 'a waiver of what could not be judged',
    code: 'PLAN_DATE',
    script: [
      certificateDates('{ at: proposal }', '{ from: the-beginning }'),
      waived('cabf-tls/root-path-length-absent', '2027-12-31'),
    ],
  },
  // what a step needs
  {
    name: 'steps that say or ask nothing',
    code: 'PLAN_PARAMETER',
    script: [
      edits('briefing', [', say: "Exits, alarms, who may stop the ceremony: anyone. Phones are outside."', '']),
      edits('judged', [', say: "The script was followed; key and certificate are as recorded."', '']),
      edits('cameras', [/fields: \{.*\} \}$/m.exec(stepText('cameras'))?.[0] ?? '', '}']),
      edits('clock', ['step: check-clock,', 'step: check-clock, fields: { wall: { type: utc } },']),
    ],
  },
  {
    name: 'parameters that are missing, unknown and of another form',
    code: 'KEY_MISSING',
    script: [
      edits('hsm-seen', ['level: public', 'levle: public']),
      edits('lock', [', with: { token: root-hsm }', '']),
      edits('clock', ['references: 2', 'references: 0']),
      edits('key-agreed', ['operations: [hsm-empty, root-key]', 'operations: []']),
      edits('root-key', ['ecdsa-p384', 'rsa-2048']),
      edits('pack-out', ['files: pack', 'files: all']),
    ],
  },
  // not yet
  {
    name: 'what this version does not do',
    code: 'PLAN_PARAMETER',
    script: [edits('judged', ['by: auditor', 'by: auditor, show: root.words'])],
  },
];
