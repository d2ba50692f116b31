import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { FILE, SPKI_SHA256, withInbox, withRequest } from '../forge/intake.ts';
import {
  authorizationDocument,
  documentBytes,
  makeVaultMembers,
  rosterDocument,
  vaultSiteText,
  WINDOW,
} from '../forge/stage.ts';
import { type Edit, edited, TEMPLATES } from './planned.ts';

const SCRIPT = withRequest(
  readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url), 'utf8'),
);
const SITE = withInbox(vaultSiteText('rehearsal'));
const MEMBERS = makeVaultMembers();

function planned(
  script: readonly Edit[] = [],
  site: readonly Edit[] = [],
  references: Record<string, string> = { 'request-spki': SPKI_SHA256 },
  alone = false,
) {
  const reading = readScript(Buffer.from(edited(SCRIPT, script)), 'script.yaml', STEP_TYPES);
  const text = edited(SITE, site);
  const roster = documentBytes(rosterDocument(MEMBERS));
  const digests = { script: reading.sha256, site: '00'.repeat(32), roster: '00'.repeat(32) };
  const permit = {
    ...authorizationDocument(digests, MEMBERS, 'rehearsal'),
    roster: readRoster(roster).digest,
    references,
  };
  const { plan, problems } = makePlan({
    script: reading,
    ...(alone
      ? {}
      : {
          site: readSite(Buffer.from(text), 'site.yaml'),
          roster: readRoster(roster),
          authorization: readAuthorization(documentBytes(permit)),
        }),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  const said = (of: (typeof problems)[number]['severity']) =>
    problems.filter(({ severity }) => severity === of).map(({ code, file, text: what }) => `${code} ${file}: ${what}`);
  return { plan, problems: said('problem'), warnings: said('warning') };
}

const READ = 'with: { input: request } }\n';
const COMPARED: Edit = ['      - { id: spki,', '      # - { id: spki,'];
const SECOND: Edit = ['inputs:\n', 'inputs:\n  second: { type: csr, on: inbox }\n'];
const READ_SECOND: Edit = [
  READ,
  `${READ}      - { id: read-second, step: read-input, by: administrator, check: auditor, with: { input: second } }\n`,
];

describe('what comes in is bound', () => {
  test('to its medium, by the name that the site says; and to the reference of the authorization', () => {
    const { plan, problems } = planned();
    assert.deepEqual(problems, []);
    assert.deepEqual(plan?.inputs, {
      request: { type: 'csr', on: 'inbox', file: FILE, optional: false, key: 'ecdsa-p384', spki: 'independent' },
    });
    const steps = plan?.acts.flatMap((act) => act.steps) ?? [];
    assert.deepEqual(
      steps.flatMap(({ id, show }) => (show === undefined ? [] : [[id, show]])),
      [['differences', 'request.differences']],
    );
  });

  test('by its own name where the site says none, and where there is no site', () => {
    const noName: Edit = [`inputs:\n  request: { file: ${FILE} }\n`, ''];
    assert.equal(planned([], [noName]).plan?.inputs?.['request']?.file, 'request.csr');
    const alone = planned([], [], {}, true);
    assert.deepEqual(alone.problems, []);
    assert.equal(alone.plan?.inputs?.['request']?.file, 'request.csr');
  });

  test('a script without such has no word of it in its plan', () => {
    const plain = readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url));
    const { plan } = makePlan({
      script: readScript(plain, 'script.yaml', STEP_TYPES),
      stepTypes: STEP_TYPES,
      templates: TEMPLATES,
      window: [WINDOW.from, WINDOW.until],
    });
    assert.ok(plan && !('inputs' in plan));
  });
});

describe('is refused, each at its place', () => {
  const cases: readonly (readonly [name: string, change: Parameters<typeof planned>, problems: readonly string[]])[] = [
    [
      'a reference that the authorization lacks',
      [[], [], { 'root-spki': SPKI_SHA256 }],
      [
        'PLAN_AUTHORIZATION script.yaml: the authorization has no reference "request-spki", the SHA-256 of the key of "request"',
      ],
    ],
    [
      'a medium that the site lacks',
      [[], [['  inbox: [{ at: /media/i1 }]\n', '']]],
      ['PLAN_MEDIUM site.yaml: the site has no medium "inbox", on which "request" comes in'],
    ],
    [
      'two copies of its medium',
      [[], [['[{ at: /media/i1 }]', '[{ at: /media/i1 }, { at: /media/i2 }]']]],
      [
        'PLAN_MEDIUM script.yaml: "request" comes in on 2 copies of "inbox", expected one',
        'PLAN_MEDIUM site.yaml: the script has 1 of the medium "inbox", the site 2',
      ],
    ],
    [
      'a medium that holds something else',
      [[['on: inbox,', 'on: publish,']]],
      [
        'PLAN_MEDIUM script.yaml: "request" comes in on "publish", which holds publish, expected a medium that holds inputs',
      ],
    ],
    [
      'an algorithm that is none',
      [[['key: ecdsa-p384,', 'key: ecdsa-p385,']]],
      [
        'PLAN_PARAMETER script.yaml: there is no key algorithm "ecdsa-p385", expected one of ecdsa-p256, ecdsa-p384, ecdsa-p521, ed25519, rsa-2048, rsa-3072, rsa-4096',
      ],
    ],
    [
      'two inputs of one file',
      [[SECOND, READ_SECOND], [[`request: { file: ${FILE} }`, 'request: { file: second.csr }']]],
      ['PLAN_MEDIUM script.yaml: "second" is the file "second.csr" on "inbox" too'],
    ],
    [
      'a file of the site that is no input',
      [[], [['inputs:\n', 'inputs:\n  other: { file: x.csr }\n']]],
      ['PLAN_MEDIUM site.yaml: the script has no input "other"'],
    ],
    [
      'a file of the site with a folder',
      [[], [[`file: ${FILE}`, 'file: ../ca-1.csr']]],
      [
        'VALUE_REFUSED site.yaml: "file" is "../ca-1.csr", expected the name of a file, of letters, digits, dot, hyphen, underscore',
      ],
    ],
    ['an input that nobody reads', [[SECOND]], ['PLAN_ORDER script.yaml: the input "second" is never read']],
    [
      'an input that is read twice',
      [
        [
          [
            READ,
            `${READ}      - { id: again, step: read-input, by: administrator, check: auditor, with: { input: request } }\n`,
          ],
        ],
      ],
      ['PLAN_NAME script.yaml: the input "request" is read by "read-request" already'],
    ],
    [
      'an input that is none',
      [[['with: { input: request }', 'with: { input: requests }']]],
      [
        'PLAN_ORDER script.yaml: the input "request" is never read',
        'PLAN_NAME script.yaml: there is no input "requests"',
        'PLAN_ORDER script.yaml: the input "request" has not been read yet: no "read-input" step comes before',
        'PLAN_ORDER script.yaml: "request" has not been read yet: no "read-input" step comes before',
      ],
    ],
    [
      'a key that is never compared',
      [[COMPARED]],
      ['PLAN_ORDER script.yaml: the key of "request" is never compared with what arrives another way'],
    ],
    [
      'a comparison with what does not arrive',
      [[[', spki: independent }', ' }']]],
      ['PLAN_PARAMETER script.yaml: the authorization has no digest of the key of "request"'],
    ],
    [
      'a comparison of what is no key of a request',
      [[['value: request.spki', 'value: authorization']]],
      [
        'PLAN_ORDER script.yaml: the key of "request" is never compared with what arrives another way',
        'PLAN_PARAMETER script.yaml: "authorization" cannot be compared with authorization here',
      ],
    ],
    [
      'something to be shown that is not there',
      [[['show: request.differences', 'show: request.likenesses']]],
      ['PLAN_NAME script.yaml: there is nothing "request.likenesses" to show, expected NAME.differences of an input'],
    ],
    [
      'differences of what is no input',
      [[['show: request.differences', 'show: second.differences']]],
      ['PLAN_NAME script.yaml: there is nothing "second.differences" to show, expected NAME.differences of an input'],
    ],
    [
      'something shown by a step that cannot',
      [[['with: { input: request } }', 'with: { input: request }, show: request.differences }']]],
      ['PLAN_PARAMETER script.yaml: not supported yet: show'],
    ],
    [
      'reading from a sealed medium',
      [
        [
          [
            'inbox: { kind: medium, holds: inputs, arrives: open }',
            'inbox: { kind: medium, holds: inputs, arrives: sealed }',
          ],
        ],
        [['materials:\n', 'materials:\n  inbox: { bag: A0012399, place: safe-1 }\n']],
      ],
      [
        'PLAN_CUSTODY script.yaml: the medium "inbox" is read, and "inbox" is sealed here',
        'PLAN_CUSTODY script.yaml: "inbox" is not open here: it is in its bag',
      ],
    ],
    [
      'nobody who reads it',
      [[['step: read-input, by: administrator, check: auditor', 'step: read-input, check: auditor']]],
      ['PLAN_PEOPLE script.yaml: nobody brings the medium'],
    ],
  ];
  for (const [name, change, expected] of cases) {
    test(name, () => {
      const { plan, problems } = planned(...change);
      assert.equal(plan, undefined);
      assert.deepEqual(problems, expected);
    });
  }
});

test('an RSA key that nobody can have looked up before the ceremony is warned of under the rules of the CA/Browser Forum', () => {
  const LIST: Edit = ['media:\n', `weak-keys: { file: weak.txt, sha256: ${'ab'.repeat(32)}, entries: 7 }\nmedia:\n`];
  const warned = (rules: string, input: string, ...site: readonly Edit[]) =>
    planned(
      [
        [/^rules: .*$/m.exec(SCRIPT)?.[0] ?? '', `rules: ${rules}`],
        ['inputs:\n', `inputs:\n  second: ${input}\n`],
        READ_SECOND,
      ],
      site,
    ).warnings.filter((problem) => problem.includes('Debian'));
  const said = [
    'PLAN_RULES script.yaml: under the rule pack "cabf-tls" an RSA key of Debian\'s broken OpenSSL is refused (TLS BR §6.1.1.3), and the key of "second" is not known before the ceremony',
  ];
  assert.deepEqual(warned('[rfc5280, cabf-tls]', '{ type: csr, key: rsa-2048, on: inbox }'), said);
  assert.deepEqual(warned('[rfc5280, cabf-tls]', '{ type: csr, on: inbox }'), said);
  assert.deepEqual(warned('[rfc5280, cabf-tls]', '{ type: csr, key: ecdsa-p256, on: inbox }'), []);
  assert.deepEqual(warned('[rfc5280, cabf-tls]', '{ type: csr, key: rsa-2048, on: inbox, spki: independent }'), []);
  assert.deepEqual(warned('[rfc5280, private]', '{ type: csr, key: rsa-2048, on: inbox }'), []);
  assert.deepEqual(warned('[rfc5280, cabf-tls]', '{ type: csr, key: rsa-2048, on: inbox }', LIST), []);
});
