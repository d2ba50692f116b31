import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { hexGroups, NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import { sequence } from '../../src/der/writer.ts';
import { approvalScreen, descriptorScreen } from '../../src/quorum/approval-screen.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { authorizationScreen } from '../../src/quorum/authorization-screen.ts';
import { describeOperation } from '../../src/quorum/operation.ts';
import { approvalBytes, presenceBytes, readApproval, readPresence } from '../../src/quorum/statement.ts';
import {
  approvalStatementScreen,
  attestationScreen,
  deviationScreen,
  manifestScreen,
  presenceScreen,
} from '../../src/quorum/statement-screen.ts';
import { refusal } from '../token/token-fixture.ts';
import { entryOf, tbsCrlOf } from '../x509/build.ts';

const A = 'ab'.repeat(32);
const B = '0123456789abcdef'.repeat(4);
const inLines = (digest: string) => [
  ...hexGroups(digest),
  ...wordRows(digest).map((row) => `${row.number}  ${row.words.join('  ')}`),
];

const HSM = { name: 'root-hsm', serial: 'A1', model: 'Example HSM' };

test('of a CRL of more than 500 entries the ends alone', () => {
  const numbersOf = (count: number) => {
    const entry = (index: number) => entryOf(0x10000 + index, '2026-01-02T03:04:05Z');
    const payload = tbsCrlOf({ revoked: sequence(...Array.from({ length: count }, (_, index) => entry(index))) });
    const descriptor = describeOperation({
      ...({ op: 'sign', hsm: HSM, step: 'crl', index: 0, hold: null, key: A, mechanism: 'ecdsa-sha384' } as const),
      ...({ kind: 'crl', payload: { sha256: sha256(payload), size: payload.length }, out: 'root.crl' } as const),
    });
    const screen = approvalScreen({ descriptor, payload, expires: '2027-03-01T10:00:00Z' });
    return screen.filter((line) => /^ {4}\d+\. /.test(line)).length;
  };
  assert.equal(numbersOf(500), 500);
  assert.equal(numbersOf(501), 50);
});

test('a descriptor by itself: everything but what it does not hold', () => {
  const inventory = describeOperation({ op: 'inventory', hsm: HSM, step: 'empty', index: 0, hold: null });
  const digest = (label: string, hex: string) => {
    const [first, ...others] = hexGroups(hex);
    const words = wordRows(hex).map((row) => `            ${row.number}  ${row.words.join('  ')}`);
    return [`${label.padEnd(12)}${first}`, ...others.map((line) => `            ${line}`), ...words];
  };
  const alone = [
    '',
    'OPERATION   log in and list every object on the HSM',
    'step        empty',
    'HSM         root-hsm: Example HSM, serial A1',
    'afterwards  the HSM logs out at once',
    ...digest('digest', inventory.digest),
    '',
  ];
  assert.deepEqual(descriptorScreen(inventory), alone);
  const proposed = approvalScreen({ descriptor: inventory, payload: null, expires: '2027-03-01T10:00:00Z' });
  assert.deepEqual(proposed, alone.toSpliced(3, 0, 'expires     2027-03-01T10:00:00Z'));

  const sign = describeOperation({
    op: 'sign',
    hsm: HSM,
    step: 'root-certificate',
    index: 0,
    hold: null,
    key: A,
    mechanism: 'ecdsa-sha384',
    kind: 'certificate',
    payload: { sha256: B, size: 400 },
    out: 'root.crt',
  });
  const lines = descriptorScreen(sign);
  assert.ok(lines.includes('file        root.crt, 400 bytes to be signed'));
  assert.ok(lines.join('\n').includes(digest('payload', B).join('\n')), lines.join('\n'));
});

test('statements, as people read them before they sign', () => {
  assert.deepEqual(presenceScreen('alice', A), [
    'PRESENCE',
    'alice is here for the ceremony authorized as',
    ...inLines(A),
  ]);
  assert.deepEqual(attestationScreen({ ceremony: B, head: A, seat: 'gus', step: 'seen@gus', text: 'All\u202eseen.' }), [
    'STATEMENT of gus, step seen@gus',
    'All\\u{202E}seen.',
    'over the record up to',
    ...inLines(A),
  ]);
  const manifest = { mode: 'production', outcome: 'complete', events: 193, files: 60, head: A, digest: B };
  assert.deepEqual(manifestScreen(manifest), [
    'EVIDENCE PACK, production, outcome complete: 193 events, 60 files',
    ...inLines(B),
    'head of the record',
    ...inLines(A),
  ]);
});

test('a deviation says what it does to the step', () => {
  const statement = {
    type: 'quorate/deviation-approval/1',
    decision: 'approve',
    ceremony: B,
    deviation: A,
    event: 57,
    step: 'read-aloud',
    what: 'the script was read by Bob',
    why: 'Alice is hoarse',
  } as const;
  const effects = {
    none: 'the step goes on',
    skip: 'the step ends here, WITHOUT what it demands',
    repeat: 'the step is left, and done again from its beginning',
  } as const;
  for (const effect of ['none', 'skip', 'repeat'] as const) {
    assert.deepEqual(deviationScreen({ ...statement, effect, names: [] }), [
      'DEVIATION   event 57, step read-aloud',
      'what        the script was read by Bob',
      'why         Alice is hoarse',
      `effect      ${effects[effect]}`,
      'the record up to it',
      ...inLines(A),
    ]);
  }
  assert.deepEqual(deviationScreen({ ...statement, effect: 'exchange', names: ['alice', 'frank'] }).slice(3, 7), [
    'effect      ONE PERSON TAKES THE PLACE OF ANOTHER, once enough approve it now',
    'leaves      alice: does, checks, approves and signs nothing any more',
    'comes       frank: does all that from now on',
    'the record up to it',
  ]);
});

test('an approval shows what its signature covers', () => {
  const bytes = approvalBytes({
    ceremony: A,
    digest: B,
    expires: '2027-03-01T10:00:00Z',
    operation: 'sign',
    proposal: NO_DIGEST,
    step: 'root-certificate',
  });
  assert.deepEqual(approvalStatementScreen(readApproval(bytes)), [
    'APPROVAL    of "sign" in step root-certificate',
    'expires     2027-03-01T10:00:00Z',
    'the operation',
    ...inLines(B),
    'the record up to its proposal',
    ...inLines(NO_DIGEST),
    'the ceremony',
    ...inLines(A),
  ]);
});

test('a presence is read as strictly as it is made', () => {
  const presence = { ceremony: A, authorization: B, seat: 'alice' };
  assert.deepEqual(readPresence(presenceBytes(presence)), presence);
  assert.throws(
    () => readPresence(canonicalBytes({ ...presence, type: 'quorate/presence/1', more: true })),
    refusal('APPROVAL_DIGEST', 'the presence has an unknown member "more"'),
  );
  assert.throws(
    () => readPresence(presenceBytes({ ...presence, seat: 'Alice' })),
    refusal('APPROVAL_DIGEST', /^the presence "seat" is "Alice", expected /),
  );
});

test('an authorization is shown to its last member', () => {
  const module = { library: '/usr/lib/libhsm.so', sha256: A, environment: { CONF: '/etc/hsm.conf' } };
  const started = { ...module, initArgs: "configdir='sql:/db'", files: [{ path: '/etc/hsm.conf', sha256: B }] };
  const document = {
    type: 'quorate/authorization/1',
    ceremony: 3,
    change: 'CHG-17 \\ root',
    mode: 'production',
    notBefore: '2027-03-01T09:00:00Z',
    notAfter: '2027-03-01T18:00:00Z',
    script: B,
    site: A,
    roster: B,
    program: A,
    previous: NO_DIGEST,
    modules: { hsm: module, nss: started },
    cards: 'hsm',
    hsms: [
      { name: 'root-hsm', module: 'hsm', model: 'Example HSM', serial: 'A1' },
      { name: 'spare', module: 'hsm', model: 'Example HSM', blank: true },
    ],
    tokens: [{ serial: 'C1', model: 'Card' }],
    references: { request: B },
  };
  const authorization = readAuthorization(canonicalBytes(document));
  const lines = authorizationScreen(authorization);
  const [first, second] = hexGroups(A);
  assert.equal(lines[0], 'AUTHORIZATION  production, ceremony 3 of this CA');
  for (const expected of [
    'change      CHG-17 \\u{5C} root',
    'from        2027-03-01T09:00:00Z',
    'until       2027-03-01T18:00:00Z',
    `site        ${first}`,
    `            ${second}`,
    'module      hsm: /usr/lib/libhsm.so',
    '            CONF=/etc/hsm.conf',
    "            started with: configdir='sql:/db'",
    '            its file /etc/hsm.conf',
    'HSM         root-hsm: Example HSM, serial A1, by module hsm',
    'HSM         spare: Example HSM, blank, no serial yet, by module hsm',
    'cards       1 quorum tokens, by module hsm',
    '            C1  Card',
    'reference   request',
  ])
    assert.ok(lines.includes(expected), `${expected}\n${lines.join('\n')}`);
  assert.deepEqual(lines.slice(-11), ['authorized as', ...inLines(authorization.digest)]);
});
