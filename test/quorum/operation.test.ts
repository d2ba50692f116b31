import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes, canonicalJson } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { OPERATION_CLASSES } from '../../src/quorum/classes.ts';
import { WRAP_ALGORITHM } from '../../src/quorum/key-backup.ts';
import { destructionStatement } from '../../src/quorum/key-destruction.ts';
import { KEY_FLAGS, keyTemplate, restoredTemplate } from '../../src/quorum/key-template.ts';
import {
  CLASS_OF,
  copyStatement,
  describeOperation,
  type Operation,
  possessionStatement,
  readDescriptor,
} from '../../src/quorum/operation.ts';
import { assertRefuses } from '../der/refusal.ts';

const common = {
  hsm: { name: 'root-hsm', serial: '0042', model: 'HSM 9' },
  step: 'root-key',
  index: 0,
  hold: { operations: 4, seconds: 1800 },
} as const;
const share = (x: number) => ({
  seat: `officer-${x}`,
  x,
  commitment: sha256(`commitment ${x}`),
  envelope: sha256(`envelope ${x}`),
  recipients: [sha256(`token ${x}`)],
});

const NAMED = { LABEL: 'example-root-g1', ID: 'ab'.repeat(16) };

const OPERATIONS: { readonly [op in Operation['op']]: Operation } = {
  'prepare-token': {
    ...common,
    op: 'prepare-token',
    hsm: { ...common.hsm, serial: null },
    hold: null,
    label: 'ROOT-G1',
    wipes: null,
    adopts: null,
    sets: [
      { id: '00'.repeat(16), kind: 'user', threshold: 2, check: NO_DIGEST, shares: [share(1), share(2), share(3)] },
    ],
  },
  'rotate-activation': {
    ...common,
    op: 'rotate-activation',
    hold: null,
    replaces: { id: '00'.repeat(16), threshold: 2, holders: ['officer-1', 'officer-2', 'officer-4'] },
    set: { id: '11'.repeat(16), kind: 'so', threshold: 2, check: NO_DIGEST, shares: [share(1), share(2), share(3)] },
    adopts: null,
  },
  'generate-key': {
    ...common,
    op: 'generate-key',
    label: 'example-root-g1',
    id: 'ab'.repeat(16),
    algorithm: 'ecdsa-p384',
    publicTemplate: keyTemplate('public', NAMED.LABEL, NAMED.ID),
    privateTemplate: keyTemplate('private', NAMED.LABEL, NAMED.ID),
    possession: true,
    adopts: null,
  },
  sign: {
    ...common,
    op: 'sign',
    key: sha256('spki'),
    mechanism: 'ecdsa-sha384',
    kind: 'certificate',
    payload: { sha256: sha256('tbs'), size: 3 },
    out: 'root.crt',
  },
  'sign-list': {
    ...common,
    op: 'sign-list',
    key: sha256('spki'),
    mechanism: 'ecdsa-sha384',
    kind: 'certificate',
    payload: { sha256: sha256('tbstbs2'), size: 7 },
    items: [
      { out: 'a.crt', payload: { sha256: sha256('tbs'), size: 3 } },
      { out: 'b.crt', payload: { sha256: sha256('tbs2'), size: 4 } },
    ],
  },
  'prove-key': { ...common, op: 'prove-key', key: sha256('spki'), mechanism: 'ecdsa-sha384' },
  'wrap-key': {
    ...common,
    ...{ op: 'wrap-key', hold: null, key: sha256('spki'), mechanism: 'ecdsa-sha384', algorithm: WRAP_ALGORITHM },
    set: { id: '22'.repeat(16), kind: 'kek', threshold: 2, check: NO_DIGEST, shares: [share(1), share(2), share(3)] },
    out: `${'22'.repeat(16)}-root.kwp`,
  },
  'unwrap-key': {
    ...common,
    ...{ op: 'unwrap-key', key: sha256('spki'), mechanism: 'ecdsa-sha384', algorithm: WRAP_ALGORITHM },
    set: { id: '22'.repeat(16), threshold: 2, holders: ['officer-1', 'officer-2', 'officer-3'] },
    ...{ blob: { sha256: sha256('wrapped'), size: 248 }, label: NAMED.LABEL, id: NAMED.ID },
    publicTemplate: restoredTemplate('public', NAMED.LABEL, NAMED.ID),
    privateTemplate: restoredTemplate('private', NAMED.LABEL, NAMED.ID),
    adopts: null,
  },
  inventory: { ...common, op: 'inventory' },
  'destroy-key': {
    ...common,
    op: 'destroy-key',
    hold: null,
    key: sha256('spki'),
    mechanism: 'ecdsa-sha384',
    label: NAMED.LABEL,
    id: NAMED.ID,
    last: true,
    reason: 'its successor signs',
    adopts: null,
  },
  'set-key-state': {
    ...common,
    op: 'set-key-state',
    hold: null,
    key: sha256('spki'),
    from: 'active',
    to: 'suspended',
    reason: 'an alarm of the vault',
  },
  'record-loss': {
    ...common,
    op: 'record-loss',
    hold: null,
    kind: 'quorum-token',
    thing: sha256('signs'),
    holder: { seat: 'crypto-officer-2', key: sha256('opens') },
    to: 'lost',
    since: '2027-03-01',
    exposed: true,
    how: 'stolen with a bag from a train',
    circumstances: 'police report 4711',
    witness: 'witness-1',
  },
  'zeroize-token': {
    ...common,
    op: 'zeroize-token',
    hold: null,
    label: 'ROOT-G1',
    set: { id: '00'.repeat(16), threshold: 2, holders: ['officer-1', 'officer-2', 'officer-4'] },
    destroys: [
      { key: '01'.repeat(32), last: true },
      { key: '02'.repeat(32), last: false },
    ],
    reason: 'the HSM is sold',
  },
};

describe('a descriptor', () => {
  for (const operation of Object.values(OPERATIONS)) {
    test(`of ${operation.op} is canonical, digested, and read back as it was`, () => {
      const { bytes, digest } = describeOperation(operation);
      assert.equal(Buffer.from(bytes).toString('utf8'), canonicalJson({ ...operation, type: 'quorate/operation/1' }));
      assert.equal(digest, sha256(bytes));
      assert.deepEqual(readDescriptor(bytes), { operation, bytes, digest });
    });
  }

  test('says exactly this: people sign its bytes', () => {
    assert.equal(
      Buffer.from(describeOperation(OPERATIONS.inventory).bytes).toString('utf8'),
      '{"hold":{"operations":4,"seconds":1800},"hsm":{"model":"HSM 9","name":"root-hsm","serial":"0042"},"index":0,"op":"inventory","step":"root-key","type":"quorate/operation/1"}',
    );
  });

  test('differs in its digest when any member differs', () => {
    const digests = new Set<string>();
    const changes: readonly Operation[] = [
      OPERATIONS.sign,
      { ...OPERATIONS.sign, index: 1 },
      { ...OPERATIONS.sign, step: 'first-crl' },
      { ...OPERATIONS.sign, hold: null },
      { ...OPERATIONS.sign, hsm: { ...common.hsm, serial: '0043' } },
      { ...OPERATIONS.sign, out: 'other.crt' } as Operation,
      { ...OPERATIONS.sign, kind: 'crl' } as Operation,
    ];
    for (const change of changes) digests.add(describeOperation(change).digest);
    assert.equal(digests.size, changes.length);
  });
});

/** Every member of every operation, down to the leaves: [operation, path]. */
function membersOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [path];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    membersOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

// biome-ignore lint/suspicious/noExplicitAny: a document that is taken apart
function at(document: any, path: readonly (string | number)[]): any {
  return path.slice(0, -1).reduce((value, key) => value[key], document);
}

describe('a descriptor is refused', () => {
  for (const operation of Object.values(OPERATIONS)) {
    const whole = { type: 'quorate/operation/1', ...operation };
    const members = membersOf(whole).filter((path) => typeof path.at(-1) === 'string');

    test(`${operation.op} without any one of its ${members.length} members`, () => {
      for (const path of members) {
        const changed = structuredClone(whole);
        delete at(changed, path)[path.at(-1) as string];
        assertRefuses(() => readDescriptor(canonicalBytes(changed)), 'DESCRIPTOR_INVALID', / lacks /);
      }
    });

    test(`${operation.op} with a member of another type`, () => {
      for (const path of members) {
        const changed = structuredClone(whole);
        at(changed, path)[path.at(-1) as string] = [[]];
        assertRefuses(() => readDescriptor(canonicalBytes(changed)), 'DESCRIPTOR_INVALID', /^the operation descriptor/);
      }
    });

    test(`${operation.op} with a surplus member, at any depth`, () => {
      const places = [[], ...members].filter((path) => {
        const value = path.length === 0 ? whole : at(whole, path)[path.at(-1) as string];
        return value !== null && typeof value === 'object' && !Array.isArray(value);
      });
      assert.ok(places.length >= 2);
      for (const path of places) {
        const changed = structuredClone(whole);
        const target = path.length === 0 ? changed : at(changed, path)[path.at(-1) as string];
        target['surplus'] = true;
        assertRefuses(
          () => readDescriptor(canonicalBytes(changed)),
          'DESCRIPTOR_INVALID',
          / has an unknown member "surplus"$/,
        );
      }
    });
  }

  const cases: readonly (readonly [name: string, change: object, message: string])[] = [
    [
      'another type',
      { type: 'quorate/approval/1' },
      'the operation descriptor "type" is "quorate/approval/1", expected quorate/operation/1',
    ],
    [
      'an operation that does not exist',
      { op: 'unwrap' },
      'the operation descriptor "op" is "unwrap", expected prepare-token or rotate-activation or generate-key or sign or sign-list or prove-key or wrap-key or unwrap-key or inventory or destroy-key or zeroize-token or set-key-state or record-loss',
    ],
    [
      'a hold of more than four hours',
      { hold: { operations: 1, seconds: 14_401 } },
      'the operation descriptor: hold "seconds" is 14401, expected an integer from 1 to 14400',
    ],
    [
      'a hold for nothing',
      { hold: { operations: 0, seconds: 1 } },
      'the operation descriptor: hold "operations" is 0, expected an integer from 1 to 10000',
    ],
    [
      'an output that leaves the pack',
      { out: '../root.crt' },
      'the operation descriptor "out" is "../root.crt", expected /^[a-z0-9][a-z0-9.@-]{0,127}$/',
    ],
    [
      'an empty payload',
      { payload: { sha256: NO_DIGEST, size: 0 } },
      'the operation descriptor: payload "size" is 0, expected an integer from 1 to 4294967296',
    ],
    [
      'a mechanism that does not exist',
      { mechanism: 'ecdsa-sha1' },
      'the operation descriptor "mechanism" is "ecdsa-sha1", expected ecdsa-sha256 or ecdsa-sha384 or ecdsa-sha512 or rsa-pkcs1-sha256 or rsa-pkcs1-sha384 or rsa-pkcs1-sha512 or ed25519',
    ],
    [
      'a document of another kind',
      { kind: 'ocsp' },
      'the operation descriptor "kind" is "ocsp", expected certificate or crl or request or ocsp-response',
    ],
  ];
  for (const [name, change, message] of cases) {
    test(name, () => {
      const bytes = canonicalBytes({ type: 'quorate/operation/1', ...OPERATIONS.sign, ...change });
      assertRefuses(() => readDescriptor(bytes), 'DESCRIPTOR_INVALID', message);
    });
  }

  test('a template that is not that of a CA key, or not of this one', () => {
    const withTemplates = (change: object) => {
      const operation = OPERATIONS['generate-key'] as Operation & { op: 'generate-key' };
      const privateTemplate = { ...operation.privateTemplate, ...change };
      return canonicalBytes({ type: 'quorate/operation/1', ...operation, privateTemplate });
    };
    const where = 'the operation descriptor: privateTemplate';
    const cases: readonly (readonly [change: object, message: string])[] = [
      [{ LABEL: 'another' }, `${where} "LABEL" is "another", expected example-root-g1`],
      [{ ID: 'cd'.repeat(16) }, `${where} "ID" is "${'cd'.repeat(16)}", expected ${'ab'.repeat(16)}`],
      [{ EXTRACTABLE: 'no' }, `${where} "EXTRACTABLE" is not true or false`],
      [{ WRAP: false }, `${where} has an unknown member "WRAP"`],
      [{ WRAP: true }, `${where} has an unknown member "WRAP"`],
      [{ DESTROYABLE: true }, `${where} has an unknown member "DESTROYABLE"`],
      [{ sensitive: true }, `${where} has an unknown member "sensitive"`],
      [{ VALUE: '00' }, `${where} has an unknown member "VALUE"`],
    ];
    for (const [change, message] of cases) {
      assertRefuses(() => readDescriptor(withTemplates(change)), 'DESCRIPTOR_INVALID', message);
    }
    const hidden = Buffer.from(withTemplates({}))
      .toString('utf8')
      .replace('"UNWRAP":false}', '"UNWRAP":false,"__proto__":true}');
    assertRefuses(
      () => readDescriptor(Buffer.from(hidden)),
      'DESCRIPTOR_INVALID',
      `${where} has an unknown member "__proto__"`,
    );
  });

  test('a template in which a flag is another than a CA key needs, or is left to the token', () => {
    // Written out, not taken from the program: this is what people were promised.
    assert.deepEqual(KEY_FLAGS, {
      public: { TOKEN: true, MODIFIABLE: false, PRIVATE: false, VERIFY: true, ENCRYPT: false, WRAP: false },
      private: {
        ...{ TOKEN: true, MODIFIABLE: false, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false, COPYABLE: false },
        ...{ SIGN: true, SIGN_RECOVER: false, DECRYPT: false, UNWRAP: false, DERIVE: false },
      },
    });
    const key = { type: 'quorate/operation/1', ...OPERATIONS['generate-key'] };
    for (const half of ['public', 'private'] as const) {
      for (const [name, wanted] of Object.entries(KEY_FLAGS[half])) {
        const template = keyTemplate(half, NAMED.LABEL, NAMED.ID);
        const read = (changed: object) => readDescriptor(canonicalBytes({ ...key, [`${half}Template`]: changed }));
        assertRefuses(
          () => read({ ...template, [name]: !wanted }),
          'DESCRIPTOR_INVALID',
          `the operation descriptor: a template has ${name} ${!wanted}; a CA key needs it ${wanted}`,
        );
        const { [name]: _, ...without } = template;
        assertRefuses(
          () => read(without),
          'DESCRIPTOR_INVALID',
          `the operation descriptor: ${half}Template lacks "${name}"`,
        );
      }
    }
  });

  test('a label that a token cannot keep, an id that is no number of octets, a key of another kind', () => {
    const key = { type: 'quorate/operation/1', ...OPERATIONS['generate-key'] };
    for (const [change, message] of [
      [{ label: 'x'.repeat(33) }, /"label" is "x{33}", expected /],
      [{ label: ' root' }, /"label" is " root", expected /],
      [{ label: 'r\u{202e}oot' }, /"label" is /],
      [{ id: 'abc' }, /"id" is "abc", expected /],
      [{ id: 'ab'.repeat(33) }, /"id" is /],
      [
        { algorithm: 'rsa-2048' },
        /"algorithm" is "rsa-2048", expected ecdsa-p256 or ecdsa-p384 or ecdsa-p521 or rsa-3072 or rsa-4096 or ed25519$/,
      ],
    ] as const) {
      assertRefuses(() => readDescriptor(canonicalBytes({ ...key, ...change })), 'DESCRIPTOR_INVALID', message);
    }
  });

  test('bytes that say the same in another way', () => {
    const { bytes } = describeOperation(OPERATIONS.inventory);
    const text = Buffer.from(bytes).toString('utf8');
    for (const other of [
      ` ${text}`,
      text.replace('"index":0', '"index":0.0'),
      text.replace('{"hold"', '{"index":0,"hold"'),
      '',
    ]) {
      assertRefuses(() => readDescriptor(Buffer.from(other)), 'JSON_NOT_CANONICAL', /^the operation descriptor /);
    }
  });
});

test('the class of an operation is fixed by its kind', () => {
  assert.deepEqual(CLASS_OF, {
    'prepare-token': 'administer',
    'rotate-activation': 'administer',
    'generate-key': 'generate',
    sign: 'sign',
    'sign-list': 'sign',
    'prove-key': 'sign',
    'wrap-key': 'backup',
    'unwrap-key': 'restore',
    inventory: 'inventory',
    'destroy-key': 'destroy',
    'zeroize-token': 'destroy',
    'set-key-state': 'administer',
    'record-loss': 'administer',
  });
  for (const name of Object.values(CLASS_OF)) assert.ok(OPERATION_CLASSES.includes(name));
  assert.deepEqual(Object.keys(CLASS_OF).sort(), Object.keys(OPERATIONS).sort());
});

describe('a key that leaves its HSM wrapped, or comes to one', () => {
  const changed = (operation: Operation, change: object) => () =>
    readDescriptor(canonicalBytes({ type: 'quorate/operation/1', ...operation, ...change } as never));
  const wrap = OPERATIONS['wrap-key'] as Extract<Operation, { op: 'wrap-key' }>;
  const unwrap = OPERATIONS['unwrap-key'] as Extract<Operation, { op: 'unwrap-key' }>;

  test('is not wrapped while an activation is held, nor under a set that gives a PIN, nor into a file of another set', () => {
    assertRefuses(
      changed(wrap, { hold: common.hold }),
      'DESCRIPTOR_INVALID',
      'the operation descriptor: an activation is not held open by the operation that lets a key out',
    );
    assertRefuses(
      changed(wrap, { set: { ...wrap.set, kind: 'user' } }),
      'DESCRIPTOR_INVALID',
      'the operation descriptor: set: kind "user"; a key is wrapped under a set of kind "kek"',
    );
    const out = `${'33'.repeat(16)}-root.kwp`;
    assertRefuses(
      changed(wrap, { out }),
      'DESCRIPTOR_INVALID',
      `the operation descriptor: the file "${out}" does not begin with its set`,
    );
  });

  test('neither on a blank token', () => {
    const hsm = { ...common.hsm, serial: null };
    for (const operation of [wrap, unwrap])
      assertRefuses(
        changed(operation, { hsm }),
        'DESCRIPTOR_INVALID',
        `the operation descriptor: a blank token has no login for "${operation.op}"`,
      );
  });

  test('gives no PIN: a token is neither prepared nor rotated with such a set', () => {
    const { set } = wrap;
    for (const [operation, change] of [
      [OPERATIONS['prepare-token'], { sets: [set] }],
      [OPERATIONS['rotate-activation'], { set }],
    ] as const)
      assertRefuses(
        changed(operation, change),
        'DESCRIPTOR_INVALID',
        /^the operation descriptor: set.*: a set of kind "kek" gives no PIN$|sets.*: a set of kind "kek" gives no PIN$/,
      );
  });

  test('is restored not to be extracted, by a set that so many hold', () => {
    assertRefuses(
      changed(unwrap, { privateTemplate: { ...unwrap.privateTemplate, EXTRACTABLE: true } }),
      'DESCRIPTOR_INVALID',
      'the operation descriptor: a template has EXTRACTABLE true; a CA key needs it false',
    );
    assertRefuses(
      changed(unwrap, { set: { ...unwrap.set, threshold: 4 } }),
      'DESCRIPTOR_INVALID',
      'the operation descriptor: the set has threshold 4 of 3 holders',
    );
  });

  test('is born so, and says it: its template goes with the word, and without it there is none', () => {
    const key = OPERATIONS['generate-key'] as Extract<Operation, { op: 'generate-key' }>;
    const privateTemplate = keyTemplate('private', NAMED.LABEL, NAMED.ID, [], true);
    assert.deepEqual([privateTemplate['EXTRACTABLE'], privateTemplate['WRAP_WITH_TRUSTED']], [true, true]);
    const born = { ...key, wrappable: true as const, privateTemplate };
    assert.deepEqual(readDescriptor(describeOperation(born).bytes).operation, born);
    const kept = 'the operation descriptor: a template has EXTRACTABLE true; a CA key needs it false';
    assertRefuses(changed(key, { privateTemplate }), 'DESCRIPTOR_INVALID', kept);
    const told = 'the operation descriptor: a template has EXTRACTABLE false; a CA key needs it true';
    assertRefuses(changed(born, { privateTemplate: key.privateTemplate }), 'DESCRIPTOR_INVALID', told);
    assertRefuses(
      changed(key, { wrappable: false }),
      'DESCRIPTOR_INVALID',
      'the operation descriptor: "wrappable" stands where it is true alone',
    );
  });
});

test('no key is proven on a blank token', () => {
  const blank = { ...OPERATIONS['prove-key'], hsm: { ...common.hsm, serial: null } };
  const bytes = canonicalBytes({ type: 'quorate/operation/1', ...blank });
  assertRefuses(() => readDescriptor(bytes), 'DESCRIPTOR_INVALID', /a blank token has no key that could be proven$/);
});

test('a key is destroyed on no blank token, and under no activation that is held', () => {
  for (const [change, message] of [
    [{ hsm: { ...common.hsm, serial: null } }, /a blank token has no key that could be destroyed$/],
    [{ hold: { operations: 2, seconds: 60 } }, /is not held open by the operation that destroys a key$/],
    [{ last: 'yes' }, /"last"/],
    [{ id: 'xx' }, /"id"/],
    [{ mechanism: 'rsa-pss' }, /"mechanism"/],
  ] as const) {
    const bytes = canonicalBytes({ type: 'quorate/operation/1', ...OPERATIONS['destroy-key'], ...change });
    assertRefuses(() => readDescriptor(bytes), 'DESCRIPTOR_INVALID', message);
  }
});

test('the state of a key changes as SP 800-57 part 1 says, and in no other way', () => {
  const follows: Readonly<Record<string, readonly string[]>> = {
    'pre-activation': ['active', 'compromised'],
    active: ['suspended', 'deactivated', 'compromised'],
    suspended: ['active', 'deactivated', 'compromised'],
    deactivated: ['compromised'],
    compromised: [],
    destroyed: [],
  };
  for (const [from, allowed] of Object.entries(follows)) {
    for (const to of ['active', 'suspended', 'deactivated', 'compromised']) {
      const bytes = canonicalBytes({ type: 'quorate/operation/1', ...OPERATIONS['set-key-state'], from, to });
      if (allowed.includes(to)) assert.equal((readDescriptor(bytes).operation as { to?: string }).to, to);
      else
        assertRefuses(
          () => readDescriptor(bytes),
          'DESCRIPTOR_INVALID',
          new RegExp(`is ${from} does not become ${to}, but`),
        );
    }
  }
  const bytes = canonicalBytes({ type: 'quorate/operation/1', ...OPERATIONS['set-key-state'], to: 'destroyed' });
  assertRefuses(() => readDescriptor(bytes), 'DESCRIPTOR_INVALID', /"to" is "destroyed"/);
});

test('no blank token is erased, and keys that go with one are named once, in order', () => {
  const lost = (key: string) => ({ key: key.repeat(32), last: false });
  for (const [change, message] of [
    [{ hsm: { ...common.hsm, serial: null } }, /a blank token has nothing that could be erased$/],
    [{ hold: { operations: 2, seconds: 60 } }, /is not held open by the operation that erases a token$/],
    [{ destroys: [lost('02'), lost('01')] }, /"destroys" must ascend by the key, each once$/],
    [{ destroys: [lost('01'), lost('01')] }, /"destroys" must ascend by the key, each once$/],
    [{ destroys: [{ ...lost('01'), why: 'x' }] }, /why/],
  ] as const) {
    const bytes = canonicalBytes({ type: 'quorate/operation/1', ...OPERATIONS['zeroize-token'], ...change });
    assertRefuses(() => readDescriptor(bytes), 'DESCRIPTOR_INVALID', message);
  }
});

test('what a key signs before it is destroyed can be read as nothing else', () => {
  const statement = destructionStatement(sha256('ceremony'), sha256('spki'), '0042');
  assert.equal(
    Buffer.from(statement).toString('ascii'),
    `quorate/destruction/1\n${sha256('ceremony')}\n${sha256('spki')}\n0042\n`,
  );
  assert.ok(!Buffer.from(statement).equals(Buffer.from(copyStatement(sha256('ceremony'), sha256('spki'), '0042'))));
});

test('what a copied key signs names the ceremony, the key and the HSM, and can be read as nothing else', () => {
  const statement = copyStatement(sha256('ceremony'), sha256('spki'), '0042');
  assert.equal(
    Buffer.from(statement).toString('ascii'),
    `quorate/copy/1\n${sha256('ceremony')}\n${sha256('spki')}\n0042\n`,
  );
});

test('what a new key signs can be read as nothing else', () => {
  const statement = possessionStatement(sha256('ceremony'), sha256('spki'));
  assert.equal(Buffer.from(statement).toString('ascii'), `quorate/pop/1\n${sha256('ceremony')}\n${sha256('spki')}\n`);
});

test('what is lost is not at hand, what is found is, and a quorum token has a holder', () => {
  const hsm = { ...common.hsm, serial: '0001' };
  const { holder, ...loss } = OPERATIONS['record-loss'] as Extract<Operation, { op: 'record-loss' }>;
  for (const [change, message] of [
    [{ ...loss, hsm, kind: 'hsm', thing: '0001' }, /serial 0001 is at hand, and is said to be lost$/],
    [
      { ...loss, hsm, kind: 'hsm', thing: '0002', to: 'found' },
      /0002 is said to be found, and the one that is looked at has 0001$/,
    ],
    [{ ...loss }, /lacks "holder"$/],
    [{ ...loss, kind: 'medium', thing: 'envelopes.1', holder }, /has an unknown member "holder"$/],
    [{ ...loss, holder, thing: 'card 4' }, /"thing" is not a SHA-256 digest/],
    [{ ...loss, holder, hold: { operations: 2, seconds: 60 } }, /no activation is held for a declaration$/],
    [{ ...loss, holder, to: 'stolen' }, /"to" is "stolen", expected lost or found$/],
    [{ ...loss, holder, since: '2027-3-1' }, /"since" is "2027-3-1"/],
    [{ ...loss, holder, how: 'two\nlines' }, /"how" is /],
  ] as const)
    assertRefuses(
      () => readDescriptor(canonicalBytes({ type: 'quorate/operation/1', ...change } as never)),
      'DESCRIPTOR_INVALID',
      message,
    );
});
