import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { type AuthorizationSource, bindAuthorization } from '../../src/plan/bind-authorization.ts';
import type { PlannedToken } from '../../src/plan/plan.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readSite } from '../../src/script/read-script.ts';
import { documentBytes, makeMembers, rosterDocument, siteText } from '../forge/stage.ts';
import { type Edit, edited, type Mutable } from './planned.ts';

const MEMBERS = makeMembers();
const PRODUCTION = siteText('production');
const LIBRARIES = new Map([
  ['cards', 'a1'.repeat(32)],
  ['hsm', 'b2'.repeat(32)],
]);
const TOKEN: PlannedToken = {
  name: 'root-hsm',
  module: 'hsm',
  model: 'HSM 9',
  serial: null,
  label: 'ROOT-G1',
  means: 'shares',
  expect: 'blank',
};

function bind(
  edits: readonly Edit[] = [],
  change: Partial<Pick<AuthorizationSource, 'tokens' | 'libraries' | 'files' | 'previous'>> = {},
  changeRoster: (roster: Mutable) => void = () => undefined,
) {
  const reading = readSite(Buffer.from(edited(PRODUCTION, edits)), 'site.yaml');
  assert.deepEqual(reading.problems, []);
  assert.ok(reading.site);
  const roster = structuredClone(rosterDocument(MEMBERS)) as Mutable;
  changeRoster(roster);
  const { binding, problems } = bindAuthorization({
    cards: {},
    site: reading.site,
    positions: reading.positions,
    tokens: [TOKEN],
    roster: readRoster(documentBytes(roster)),
    libraries: LIBRARIES,
    files: new Map(),
    previous: NO_DIGEST,
    ...change,
  });
  return { binding, problems: problems.map(({ line, column, text, code }) => `${line}:${column} ${text} [${code}]`) };
}

describe('what an authorization takes from site and roster', () => {
  test('is every module, the HSMs of the plan, and every token of the roster', () => {
    const { binding, problems } = bind([
      [`sha256: ${'b2'.repeat(32)} }`, `sha256: ${'b2'.repeat(32)}, environment: { VENDOR_CONF: /etc/vendor.conf } }`],
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(binding, {
      founds: false,
      mode: 'production',
      modules: {
        cards: { library: '/opt/cards.so', sha256: 'a1'.repeat(32), environment: {} },
        hsm: { library: '/opt/hsm.so', sha256: 'b2'.repeat(32), environment: { VENDOR_CONF: '/etc/vendor.conf' } },
      },
      hsms: [{ name: 'root-hsm', module: 'hsm', model: 'HSM 9', blank: true }],
      cards: 'cards',
      tokens: MEMBERS.flatMap(({ tokens }) => tokens.map(({ serial }) => ({ serial, model: 'Soft Token v1' }))),
    });
    assert.equal(binding.tokens.length, 9);
  });

  test('is the serial of an HSM that has one', () => {
    const { binding } = bind([], { tokens: [{ ...TOKEN, serial: '0042' }] });
    assert.deepEqual(binding.hsms, [{ name: 'root-hsm', module: 'hsm', model: 'HSM 9', serial: '0042' }]);
  });
});

describe('an authorization is not made', () => {
  test('where modules are not the ones of the site, and all of that is said', () => {
    const found = sha256('another library');
    const { problems } = bind([], {
      libraries: new Map([
        ['cards', found],
        ['hsm', undefined],
      ]),
    });
    assert.deepEqual(problems, [
      `8:44 the module "/opt/cards.so" has SHA-256 ${found} on this computer [PLAN_AUTHORIZATION]`,
      '9:19 the module "/opt/hsm.so" cannot be read on this computer [PLAN_AUTHORIZATION]',
    ]);
  });

  test('where files of a module are not the ones of the site', () => {
    const files = ['/etc/a.conf', '/etc/b.conf', '/etc/c.conf']
      .map((path) => `{ path: ${path}, sha256: ${'c3'.repeat(32)} }`)
      .join(', ');
    const { binding, problems } = bind([['/opt/hsm.so, ', `/opt/hsm.so, files: [${files}], init-args: "a=b", `]], {
      files: new Map([
        ['/etc/a.conf', 'c3'.repeat(32)],
        ['/etc/b.conf', 'd4'.repeat(32)],
      ]),
    });
    assert.deepEqual(
      problems.map((problem) => problem.replace(/^9:\d+ /, '')),
      [
        `the file "/etc/b.conf" has SHA-256 ${'d4'.repeat(32)} on this computer [PLAN_AUTHORIZATION]`,
        'the file "/etc/c.conf" cannot be read on this computer [PLAN_AUTHORIZATION]',
      ],
    );
    const { hsm } = binding.modules as { hsm: Mutable };
    assert.equal(hsm.initArgs, 'a=b');
    assert.deepEqual(hsm.files[0], { path: '/etc/a.conf', sha256: 'c3'.repeat(32) });
  });

  test('with a variable that changes what is loaded', () => {
    const { problems } = bind([
      [`sha256: ${'b2'.repeat(32)} }`, `sha256: ${'b2'.repeat(32)}, environment: { LD_LIBRARY_PATH: /tmp } }`],
    ]);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^9:\d+ "LD_LIBRARY_PATH" is no variable that a module may be given \[/);
  });

  test('of a production with software tokens, each named', () => {
    const software = { ...TOKEN, model: 'SoftHSM v2' };
    const change = (roster: Mutable) => {
      for (const member of roster.members) if (member.seat === 'alice') member.tokens[0].model = 'SoftHSM v2';
    };
    const why = 'whose keys are files of a computer; a production has none [PLAN_AUTHORIZATION]';
    const { problems } = bind([], { tokens: [software] }, change);
    assert.equal(problems[0], `11:64 the HSM "root-hsm" is of model "SoftHSM v2", ${why}`);
    assert.equal(problems[1], `6:9 on the roster, the token token-3 of "alice" is of model "SoftHSM v2", ${why}`);
    assert.equal(problems.length, 2);
  });

  test('of a rehearsal they may be', () => {
    const marking = 'marking: { common-name-prefix: "REHEARSAL ", label-prefix: rehearsal- }';
    const rehearsal: Edit[] = [
      ['mode: production', 'mode: rehearsal'],
      ['marking: none', marking],
    ];
    assert.deepEqual(bind(rehearsal, { tokens: [{ ...TOKEN, model: 'SoftHSM v2' }] }).problems, []);
  });

  test('without a module for the quorum tokens', () => {
    assert.deepEqual(bind([['quorum-tokens: { module: cards }\n', '']]).problems, [
      '1:1 the site names no module that reaches the quorum tokens, expected "quorum-tokens" [PLAN_AUTHORIZATION]',
    ]);
  });

  test('for files that a ceremony would not read', () => {
    const { problems } = bind([['roster: roster.json', 'roster: people/roster.json\nauthorization: permit.json']]);
    assert.deepEqual(problems, [
      '6:9 the roster is "people/roster.json", and a ceremony reads "roster.json" beside the site [PLAN_AUTHORIZATION]',
      '7:16 the authorization is "permit.json", and a ceremony reads "authorization.json" beside the site [PLAN_AUTHORIZATION]',
    ]);
  });

  test('where site and command disagree on the previous pack', () => {
    const previous = sha256('manifest');
    assert.deepEqual(bind([], { previous }).problems, [
      `5:11 the site has no previous pack, and the authorization names ${previous} [PLAN_AUTHORIZATION]`,
    ]);
    const named: Edit[] = [['previous: none', `previous: { pack: packs/2026, head: ${'c3'.repeat(32)} }`]];
    assert.deepEqual(bind(named, { previous }).problems, []);
    assert.deepEqual(bind(named).problems, [
      '5:11 the site names a previous pack, and the authorization names none [PLAN_AUTHORIZATION]',
    ]);
  });
});
