import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import type { Ledger, LedgerCertificate, LedgerCrl, LedgerKey, LedgerShareSet } from '../../src/ledger/ledger.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { provenanceWords } from '../../src/plan/standing-words.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { siteText, WINDOW } from '../forge/stage.ts';
import { edited, TEMPLATES } from './planned.ts';

const SCRIPT = `quorate: 1
ceremony: { title: Second, objectives: [crl], policy: P, place: L }
rules: [rfc5280]
seats:
  administrator: { of: 1 }
  crypto-officer: { of: 5, present: 3 }
  witness: { of: 1 }
quorums: { sign: 3 }
uses:
  root-key: { key: root, of: root-g1 }
  ca: { certificate: root, of: root-g1 }
  last: { crl: latest, of: root-g1 }
tokens:
  root-hsm: { expect: ledger }
acts:
  - title: Only
    always: true
    steps:
      - { id: close, step: close, by: administrator, check: witness }
`;

const SPKI = sha256('the root key');
const key = (over: Partial<LedgerKey> = {}): LedgerKey => ({
  name: 'root',
  label: 'rehearsal-root-g1',
  id: '0a0b0c0d',
  algorithm: 'ecdsa-p384',
  spki: 'AAAA',
  spkiSha256: SPKI,
  token: '0001',
  step: 'root-key',
  generatedAt: '2026-01-01T00:00:00Z',
  state: 'active',
  states: [],
  quirks: [],
  ...over,
});
const certificate = (over: Partial<LedgerCertificate> = {}): LedgerCertificate => ({
  name: 'root',
  path: 'certificates/root.crt',
  sha256: sha256('certificate'),
  serial: '01',
  key: 'root',
  spkiSha256: SPKI,
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
  step: 'root-certificate',
  ...over,
});
const crl = (number: string, over: Partial<LedgerCrl> = {}): LedgerCrl => ({
  name: 'root',
  path: 'crls/root.crl',
  sha256: sha256(`crl ${number}`),
  issuer: 'root',
  number,
  thisUpdate: '2026-01-01T00:00:00Z',
  nextUpdate: '2026-12-31T00:00:00Z',
  step: 'crl',
  ...over,
});
const set = (over: Partial<LedgerShareSet> = {}): LedgerShareSet => ({
  id: 'aa'.repeat(16),
  kind: 'user',
  threshold: 2,
  check: NO_DIGEST,
  shares: [],
  hsm: '0001',
  state: 'current',
  unproven: [],
  envelopes: { 'envelopes 1': [], 'envelopes 2': [] },
  ...over,
});

function ledger(over: Partial<Ledger> = {}): Ledger {
  return {
    type: 'quorate/ledger/1',
    ceremony: NO_DIGEST,
    number: 1,
    previous: NO_DIGEST,
    tokens: [{ name: 'root-hsm', serial: '0001', model: 'Soft HSM v1', label: 'ROOT-G1', means: 'shares', sets: [] }],
    keys: [key()],
    copies: [],
    certificates: [certificate()],
    crls: [crl('1'), crl('12'), crl('9')],
    shareSets: [set()],
    custody: [],
    ...over,
  };
}

const LEFT: readonly [string, string][] = [
  ['blank: true', 'serial: "0001"'],
  ['previous: none', `previous: { pack: previous, head: ${sha256('head')} }`],
];

function planned(before: Ledger | undefined, changes: readonly [string, string][] = [], script = SCRIPT) {
  const text = edited(siteText('rehearsal'), [...LEFT, ...changes]);
  const { plan, draft, problems } = makePlan({
    script: readScript(Buffer.from(script), 'script.yaml', STEP_TYPES),
    site: readSite(Buffer.from(text), 'site.yaml'),
    ...(before ? { ledger: before } : {}),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  const said = problems.map(({ file, code, text: message }) => `${file} ${code} ${message}`);
  return { plan: plan ?? draft?.plan, all: said, said: said.filter((one) => /PLAN_(NAME|TOKEN)/.test(one)) };
}

describe('what a script uses of earlier ceremonies', () => {
  test('is found in the ledger, by the label of the CA key under the marking', () => {
    const { plan, said } = planned(ledger());
    assert.deepEqual(said, []);
    assert.deepEqual(plan?.uses?.['root-key'], {
      ...{ kind: 'key', name: 'root', label: 'rehearsal-root-g1', id: '0a0b0c0d', algorithm: 'ecdsa-p384' },
      ...{ spki: 'AAAA', spkiSha256: SPKI, token: 'root-hsm', lastCrl: '12' },
    });
    const digest = sha256('certificate');
    assert.deepEqual(plan?.uses?.['ca'], {
      ...{ kind: 'certificate', name: 'root', sha256: digest, path: `previous/certificates/${digest}.crt` },
      ...{
        spkiSha256: SPKI,
        signedBy: SPKI,
        notBefore: '2026-01-01T00:00:00Z',
        notAfter: '2036-01-01T00:00:00Z',
        lastCrl: '12',
      },
    });
    const last = plan?.uses?.['last'];
    assert.deepEqual(last?.kind === 'crl' && [last.number, last.path], ['12', `previous/crls/${sha256('crl 12')}.crl`]);
  });

  test('finds its HSM by its serial, with the keys and the share sets that were left', () => {
    const token = planned(ledger()).plan?.tokens[0];
    assert.deepEqual(token?.holds, [{ name: 'root', label: 'rehearsal-root-g1', spkiSha256: SPKI }]);
    assert.deepEqual(
      token?.sets?.map(({ id }) => id),
      ['aa'.repeat(16)],
    );
    assert.equal(token?.envelopes, 'envelopes');
  });

  test('may be on the HSM that holds a copy', () => {
    const copied = ledger({
      keys: [key({ token: '0009' })],
      copies: [{ key: 'root', spkiSha256: SPKI, token: '0001', step: 'prove', provenAt: '2026-01-01T00:00:00Z' }],
    });
    const { plan, said } = planned(copied);
    assert.deepEqual(said, []);
    const use = plan?.uses?.['root-key'];
    assert.equal(use?.kind === 'key' && use.token, 'root-hsm');
  });

  test('says of what was adopted that no ceremony made it', () => {
    const adopted = ledger({
      keys: [key({ generatedAt: null, provenance: 'shown' })],
      certificates: [certificate({ provenance: 'shown' })],
      crls: [crl('12', { provenance: 'shown' })],
    });
    const uses = Object.values(planned(adopted).plan?.uses ?? {});
    assert.deepEqual(
      new Set(uses.map(({ kind, provenance }) => `${kind} ${provenance}`)),
      new Set(['key shown', 'certificate shown', 'crl shown']),
    );
    assert.match(
      uses.flatMap(provenanceWords).join('\n'),
      /^adopted: it has signed that it was on its HSM; no record says how it was made/m,
    );
    assert.deepEqual(Object.values(planned(ledger()).plan?.uses ?? {}).flatMap(provenanceWords), []);
  });

  test('is assumed where a script stands alone', () => {
    const { draft } = makePlan({
      script: readScript(Buffer.from(SCRIPT), 'script.yaml', STEP_TYPES),
      stepTypes: STEP_TYPES,
      templates: TEMPLATES,
      window: [WINDOW.from, WINDOW.until],
    });
    assert.deepEqual(Object.keys(draft?.plan.uses ?? {}), ['root-key', 'ca', 'last']);
  });

  const refused: readonly (readonly [name: string, before: Ledger | undefined, expected: readonly RegExp[]])[] = [
    [
      'nothing, where no previous pack is named',
      undefined,
      [
        /uses what earlier ceremonies made, and the site names no previous pack/,
        /as the ledger has it, and the site names no previous pack/,
      ],
    ],
    [
      'no key of that label',
      ledger({ keys: [key({ label: 'root-g1' })] }),
      Array(3).fill(/no key labelled "rehearsal-root-g1", it has "root-g1"/),
    ],
    [
      'two keys of that label',
      ledger({ keys: [key(), key({ name: 'other', spkiSha256: NO_DIGEST })] }),
      Array(3).fill(/has 2 keys labelled "rehearsal-root-g1"/),
    ],
    [
      'two keys of that name, which sign under it alike',
      ledger({ keys: [key(), key({ label: 'rehearsal-root-g0', spkiSha256: NO_DIGEST })] }),
      Array(3).fill(/has 2 keys named "root", labelled "rehearsal-root-g1" and "rehearsal-root-g0"/),
    ],
    [
      'the key under another name',
      ledger({
        keys: [key({ name: 'ca-key' })],
        certificates: [certificate({ key: 'ca-key' })],
        crls: [crl('1', { issuer: 'ca-key' })],
      }),
      [/is "ca-key" in the ledger of the previous pack, not "root"/],
    ],
    [
      'the key on an HSM that is not here',
      ledger({ keys: [key({ token: '0009' })] }),
      [/the key "root" is on the HSM 0009, which the site binds to no token/],
    ],
    [
      'no such certificate',
      ledger({ certificates: [certificate({ name: 'other' })] }),
      [/signed no certificate "root", it signed "other"/],
    ],
    ['no CRL', ledger({ crls: [] }), [/signed no CRL, it signed none/]],
    [
      'another HSM',
      ledger({ tokens: [{ ...(ledger().tokens[0] as never as object), serial: '0002' } as never] }),
      [/the serial "0001", and the ledger of the previous pack knows the HSMs 0002/],
    ],
    [
      'an HSM under another label',
      ledger({ tokens: [{ ...(ledger().tokens[0] as never as object), label: 'G2' } as never] }),
      [/its label is "ROOT-G1", and "G2" in the ledger/],
    ],
    [
      'an HSM opened in another way',
      ledger({ tokens: [{ ...(ledger().tokens[0] as never as object), means: 'pin' } as never] }),
      [/its activation is "shares", and "pin" in the ledger/],
    ],
    [
      'a rotation whose end is not known',
      ledger({ shareSets: [set(), set({ id: 'bb'.repeat(16), state: 'begun' })] }),
      [/a rotation to the share set (bb){16} was begun/],
    ],
  ];
  for (const [name, before, expected] of refused) {
    test(`refused: ${name}`, () => {
      const { said } = planned(before);
      assert.equal(said.length, expected.length, said.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(said[index] ?? '', pattern);
    });
  }

  describe('and makes beside it', () => {
    const PROFILE: readonly [string, string] = ['seats:', 'profiles: { root: { extends: root-ca } }\nseats:'];
    const made = (...steps: readonly string[]) => {
      const lines = steps.map((step) => `      - { ${step} }\n`).join('');
      return edited(SCRIPT, [PROFILE, ['      - { id: close', `${lines}      - { id: close`]]);
    };
    const newKey = (label: string, name: string) =>
      `id: key, step: generate-key, with: { token: root-hsm, label: ${label}, algorithm: ecdsa-p384 }, makes: { key: ${name} }`;
    const ofKeys = (before: Ledger, step: string) =>
      planned(before, [], made(step)).said.flatMap((one) => /PLAN_NAME (the ledger of .*)/.exec(one)?.[1] ?? []);
    const dates = 'this-update: { at: proposal, floor: PT1M }, next-update: { from: this-update, plus: P364D }';
    const crlOf = (id: string, issuer: string, after: string) =>
      `id: ${id}, step: issue-crl, with: { issuer: ${issuer}, ${after}, ${dates} }, out: ${id}.crl, makes: { crl: ${id} }`;
    const renewed =
      'id: renewed, step: issue-root-certificate, with: { key: root-key, profile: root, subject: { CN: Root }, ' +
      'not-before: { at: proposal, floor: PT1M }, not-after: { from: not-before, plus: P9Y } }, ' +
      'out: new.crt, makes: { certificate: new }';

    test('a key of another name and label', () => {
      assert.deepEqual(ofKeys(ledger(), newKey('root-g2', 'root-2')), []);
    });

    test('no certificate of a name that the ledger has', () => {
      const again = renewed.replace('certificate: new', 'certificate: root');
      assert.deepEqual(ofKeys(ledger(), again), ['the ledger of the previous pack has a certificate "root" already']);
    });

    test('no key of a name or a label that the ledger has, on whichever HSM', () => {
      const elsewhere = ledger({
        keys: [key(), key({ name: 'old', label: 'rehearsal-old', token: '0009', spkiSha256: NO_DIGEST })],
      });
      assert.deepEqual(ofKeys(elsewhere, newKey('root-g2', 'root')), [
        'the ledger of the previous pack has a key "root" already, labelled "rehearsal-root-g1" and made at 2026-01-01T00:00:00Z',
      ]);
      assert.deepEqual(ofKeys(elsewhere, newKey('old', 'new')), [
        'the ledger of the previous pack has a key labelled "rehearsal-old" already, "old" on the HSM 0009',
      ]);
    });

    test('no CRL that begins the numbers of its key again, under a new certificate either', () => {
      const again =
        /by the ledger "(ca|new)" has a CRL with number 12: another first one would begin its numbers again/;
      assert.match(planned(ledger(), [], made(crlOf('first', 'ca', 'first: true'))).all.join('\n'), again);
      assert.match(planned(ledger(), [], made(renewed, crlOf('first', 'new', 'first: true'))).all.join('\n'), again);
    });

    test('one CRL of a CA, not two of one number', () => {
      const one = made(crlOf('one', 'ca', 'previous: last'));
      const both = made(crlOf('one', 'ca', 'previous: last'), crlOf('two', 'ca', 'previous: last'));
      const twice = /the step "one" signs a CRL with the same key: both would have one number/;
      assert.doesNotMatch(planned(ledger(), [], one).all.join('\n'), twice);
      assert.match(planned(ledger(), [], both).all.join('\n'), twice);
    });
  });

  test('refused: shares of which no medium has the envelopes', () => {
    const elsewhere = ledger({ shareSets: [set({ envelopes: { 'others 1': [] } })] });
    assert.match(planned(elsewhere).said.join(), /no medium with the envelopes of the shares/);
  });
});
