/** A script of which every line is right; tests make one thing wrong. */
export const VALID_SCRIPT = `quorate: 1
ceremony:
  title: Test Root CA, generation
  objectives: [root-key-generation]
  policy: Test CPS 1.0
  place: Room 1
rules: [rfc5280]
waivers:
  - { rule: name-is-printable, why: Old name, owner: Dana, until: 2027-02-28 }
seats:
  administrator: { of: 1, duties: Conducts }
  crypto-officer: { of: 5, present: 3 }
  witness: { of: 2 }
quorums: { generate: 3, sign: 3 }
tokens:
  root-hsm: { expect: blank }
acts:
  - title: Opening
    steps:
      - { id: hello, step: confirm, by: administrator, check: witness, say: Begin. }
      - { id: clock, step: record, by: administrator, fields: { seal: { type: serial, shape: "#9999999", twice: true } } }
      - { id: roll-call, step: roll-call, each: crypto-officer, check: witness }
  - title: Key
    activation: { hold: PT30M, operations: 2 }
    steps:
      - { id: root-key, step: generate-key, with: { token: root-hsm, label: root }, out: root.pem, makes: { key: root } }
  - title: Closing
    always: true
    steps:
      - { id: close, step: close, by: administrator, check: all }
`;

/** A site of which every line is right. */
export const VALID_SITE = `quorate-site: 1
mode: rehearsal
marking: { common-name-prefix: "REHEARSAL ", label-prefix: rehearsal- }
place: Room 1
previous: none
roster: roster.json
modules:
  softhsm:
    library: /usr/lib/softhsm/libsofthsm2.so
    sha256: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
    environment: { SOFTHSM2_CONF: /etc/softhsm2.conf }
tokens:
  root-hsm: { module: softhsm, label: root, blank: true, model: SoftHSM v2, activation: { means: shares } }
  copy-hsm: { module: softhsm, label: copy, serial: "0001", model: SoftHSM v2, activation: { means: device-quorum, devices: cards, need: 2, of: 3 } }
quorum-tokens: { module: softhsm }
people:
  administrator: [dana]
  crypto-officer: [alice, bob, carol]
  witness: [{ name: Gus Test, organisation: Test Ltd }, { instead: hana }]
media:
  evidence: [{ at: /media/e1, volume: 5A1C-0D11 }, { at: /media/e2 }]
`;

/** Step types that the program runs, for these tests. */
export const KNOWN_STEPS: ReadonlyMap<string, object> = new Map(
  [
    'approve',
    'attest',
    'check-clock',
    'check-environment',
    'close',
    'compare',
    'confirm',
    'deactivate',
    'generate-key',
    'inspect-token',
    'issue-crl',
    'issue-root-certificate',
    'prepare-token',
    'record',
    'roll-call',
    'sign-off',
    'write-media',
  ].map((name) => [name, {}]),
);
