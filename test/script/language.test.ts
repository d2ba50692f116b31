import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printProblems } from '../../src/script/problem.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { KNOWN_STEPS, VALID_SCRIPT, VALID_SITE } from './valid.ts';

const DIGEST = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

test('every form that the language has is read', () => {
  const text = VALID_SCRIPT.replace(
    'acts:\n',
    `profiles:
  ca:
    extends: tls-issuing-ca
    path-length: 0
    key-usage: [keyCertSign, cRLSign]
    extended-key-usage: [serverAuth, 1.3.6.1.5.5.7.3.2]
    policies: [2.23.140.1.2.1, any-policy, { policy: 1.2.3, cps: https://pki.example.com/cps, notice: Read it }]
    name-constraints:
      permitted:
        dns: [example.com]
        ip: [10.0.0.0/8, "2001:db8::/32"]
        email: [user@example.com, .example.com]
        uri: [.example.com]
        directory: [{ C: US, DC: [com, example] }]
      excluded: { dns: all, ip: all }
    policy-constraints: { require-explicit-policy: 0, inhibit-policy-mapping: 1 }
    inhibit-any-policy: 0
    ca-issuers: http://pki.example.com/root.crt
    ocsp: http://ocsp.example.com/
    crl: http://pki.example.com/root.crl
materials:
  laptop: { kind: computer, arrives: sealed }
  hsm: { kind: hsm, token: root-hsm, arrives: sealed }
  cards: { kind: quorum-token, each: crypto-officer, arrives: sealed }
  evidence: { kind: medium, copies: 2, holds: pack, arrives: blank }
  inbox: { kind: medium, holds: inputs, arrives: open, brought-by: witness }
  letter: { kind: document, arrives: open, copies: 2 }
  bags: { kind: bag, spare: 0 }
inputs:
  request: { type: csr, key: ecdsa-p384, spki: independent, on: inbox }
  old-crl: { type: crl, issuer: root, must-equal: last-crl, on: inbox, optional: true }
  peer: { type: certificate, on: inbox, sha256: independent }
  revocations: { type: revocation-list, issuer: root, on: inbox }
uses:
  root-key: { key: root, of: test-root }
  root: { certificate: root, of: test-root }
  last-crl: { crl: latest, of: test-root }
evidence: [video, ink-pages]
acts:
`,
  )
    .replace('root-hsm: { expect: blank }', 'root-hsm: { expect: ledger }\n  other: { expect: [root, issuing] }')
    .replace(
      'say: Begin. }',
      'say: { en: Begin., de: Anfang. }, show: request.differences, takes: PT5M, when: { input: request } }\n' +
        '      - { id: again, step: confirm, check: [witness, administrator], when: { answer: hello, is: no } }',
    )
    .replace(
      'fields: { seal:',
      'fields: { a: { type: utc }, b: { type: date }, c: { type: integer }, d: { type: text, shape: REQ-9999-999 }, seal:',
    )
    .replace('makes: { key: root }', 'makes: { key: new-root, certificate: new-root, crl: new-root }');
  const { problems, source, script } = readScript(Buffer.from(text), 'script.yaml', KNOWN_STEPS);
  const standing = problems.filter(({ code }) => code !== 'SCRIPT_NOT_SUPPORTED');
  assert.equal(printProblems(standing, source), '');
  assert.ok(script);
  assert.deepEqual(Object.keys(script.materials), ['laptop', 'hsm', 'cards', 'evidence', 'inbox', 'letter', 'bags']);
  assert.deepEqual(script.acts[0]?.steps[1]?.when, { answer: 'hello', is: 'no' });
});

test('every form that a site has is read', () => {
  const text = VALID_SITE.replace(
    'previous: none',
    `previous: { pack: previous/pack, head: ${DIGEST} }\nauthorization: authorization.json`,
  )
    .replace(
      'tokens:\n',
      `  nshield:
    library: /opt/nfast/toolkits/pkcs11/libcknfast.so
    sha256: ${DIGEST}
    files: [{ path: /opt/nfast/cknfastrc, sha256: ${DIGEST} }]
    key-files: { folder: /opt/nfast/kmdata/local, kept-on: evidence }
    network: { interface: enp3s0, peer: 192.168.0.2 }
    login-within: PT15M
tokens:
  third: { module: nshield, label: third, serial: "0002", model: nShield, firmware: 12.60.11, validated: { scheme: FIPS 140-3, certificate: "0000", level: 3, mode: approved }, activation: { means: split-pin, parts: 2, login: null-pin }, behaves-as: nshield }
  fourth: { module: nshield, label: fourth, serial: "0003", model: nShield, activation: { means: pin, pin: { prefix: "0002", length: 8..60, alphabet: digits } } }
`,
    )
    .concat(
      `materials:\n  laptop: { make: Test T1, serial: none, bag: A0012345, place: safe-1 }\nvendor-sheets: { clone: { file: sheets/clone.txt, sha256: ${DIGEST} } }\nprinter: /dev/usb/lp0\n`,
    );
  const { problems, source, site } = readSite(Buffer.from(text), 'site.yaml');
  assert.equal(printProblems(problems, source), '');
  assert.deepEqual(site?.modules.nshield?.network, { interface: 'enp3s0', peer: '192.168.0.2' });
  assert.deepEqual(site?.previous, { pack: 'previous/pack', head: DIGEST });
  assert.equal(site?.printer, '/dev/usb/lp0');
  const relative = readSite(Buffer.from(text.replace('/dev/usb/lp0', 'share.pdf')), 'site.yaml');
  assert.equal(relative.problems.length, 1);
  assert.deepEqual(site?.marking, { 'common-name-prefix': 'REHEARSAL ', 'label-prefix': 'rehearsal-' });
});

test('what is left out is filled in, and nothing else is', () => {
  const { script } = readScript(
    Buffer.from(
      'quorate: 1\nceremony: { title: T, objectives: [crl], policy: P, place: R }\nrules: []\nseats: { a: { of: 1 } }\nacts: [{ title: A, steps: [{ id: x, step: confirm }] }]\n',
    ),
    'script.yaml',
    KNOWN_STEPS,
  );
  assert.deepEqual(script, {
    quorate: 1,
    ceremony: { title: 'T', objectives: ['crl'], policy: 'P', place: 'R' },
    rules: [],
    waivers: [],
    profiles: {},
    seats: { a: { of: 1 } },
    quorums: {},
    tokens: {},
    materials: {},
    inputs: {},
    uses: {},
    evidence: [],
    acts: [{ title: 'A', steps: [{ id: 'x', step: 'confirm', with: {} }] }],
  });
});
