import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import type { CertificateProfile, CrlProfile } from '../../src/pki/profile.ts';
import { resolveProfile } from '../../src/pki/profile.ts';
import type { CertificateRequest, Revocation } from '../../src/pki/request.ts';
import { hierarchyProblems, type Member } from '../../src/plan/hierarchy.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import type { Certificate } from '../../src/x509/model.ts';
import { TEMPLATES } from './planned.ts';

const AT = '2027-03-10T09:00:00Z';

function profile(name: string, overrides: object = {}) {
  const { profile: made, problems } = resolveProfile(name, overrides as never, TEMPLATES);
  assert.deepEqual(problems, []);
  return made;
}

const TLS = {
  policies: ['2.23.140.1.2.1'],
  'ca-issuers': 'http://pki.example.com/root.crt',
  crl: 'http://pki.example.com/root.crl',
};

async function certificate(
  cn: string,
  issuer?: Certificate,
  more: Partial<CertificateRequest> = {},
): Promise<Certificate> {
  const request: CertificateRequest = {
    profile: (issuer ? profile('tls-issuing-ca', TLS) : profile('root-ca')) as CertificateProfile,
    subject: [{ type: 'CN', value: cn }],
    issuer: issuer ? issuerIdentity(issuer) : 'self',
    notBefore: AT,
    notAfter: '2032-03-10T08:59:59Z',
    keyAlgorithm: 'ecdsa-p384',
    signatureAlgorithm: 'ecdsa-sha384',
    ...more,
  };
  return parseCertificate(await lazyIssue.standIn(request));
}

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

function member(name: string, certificate: Certificate, more: Partial<Member> = {}): Member {
  return {
    name,
    certificate,
    key: createHash('sha256').update(certificate.spki.der).digest('hex'),
    keyIdentifier: hex(subjectKeyIdentifier(certificate.extensions)),
    serial: hex(certificate.tbs.subarray(0, 8)) + name.length,
    issuer: 'root',
    signedAt: AT,
    out: `${name}.crt`,
    ...more,
  };
}

const ROOT = await certificate('Root');
const [ONE, TWO] = [await certificate('One', ROOT), await certificate('Second', ROOT)];
/** The root was there before. */
const root = (more: Partial<Member> = {}) => member('root', ROOT, { signedAt: null, out: null, ...more });
const found = (members: readonly Member[], crls: Parameters<typeof hierarchyProblems>[1] = []) =>
  hierarchyProblems(members, crls).map(({ name, of, message }) => [name, of, message]);

async function crlOf(
  issuer: Certificate,
  serial: string,
  reason: Revocation['reason'] | 'none' = 'cessationOfOperation',
) {
  const tbs = wholeOf(
    await lazyIssue.tbsCertList({
      profile: profile('root-crl') as CrlProfile,
      issuer: issuerIdentity(issuer),
      number: 2n,
      thisUpdate: '2027-03-01T00:00:00Z',
      nextUpdate: '2028-02-28T00:00:00Z',
      revoked: [
        {
          serial: Buffer.from(serial, 'hex'),
          at: '2027-02-28T12:00:00Z',
          reason: reason === 'none' ? undefined : reason,
        },
      ],
      signatureAlgorithm: 'ecdsa-sha384',
    }),
  );
  return parseCrl(lazyIssue.assemble(tbs, 'ecdsa-sha384', new Uint8Array(96)));
}

describe('the certificates of a hierarchy', () => {
  test('that fit each other have no problem', () => {
    assert.deepEqual(found([root(), member('one', ONE), member('second', TWO)]), []);
  });

  test('of earlier ceremonies are what they are', () => {
    const old = member('second', TWO, { signedAt: null, serial: 'aa' });
    assert.deepEqual(found([root(), old, member('one', ONE, { signedAt: null, serial: 'aa' })]), []);
  });

  const serial = '01aa';
  const cases: readonly (readonly [string, () => readonly Member[], readonly string[]])[] = [
    [
      'two of one issuer with one serial number',
      () => [root(), member('one', ONE, { serial }), member('second', TWO, { serial })],
      ['second', 'serial', '"second" has the serial number of "one" (01aa)'],
    ],
    [
      'one key identifier of two keys',
      () => [root(), member('one', ONE, { keyIdentifier: 'aa' }), member('second', TWO, { keyIdentifier: 'aa' })],
      ['second', 'subject', '"second" has the key identifier of "one" (aa), and another key'],
    ],
    [
      'two key identifiers of one key',
      () => [
        root(),
        member('one', ONE, { keyIdentifier: 'aa', signedAt: null }),
        member('again', ONE, { keyIdentifier: 'bb' }),
      ],
      ['again', 'subject', '"again" has the key identifier bb, and "one" has aa for the same key'],
    ],
  ];
  for (const [name, members, expected] of cases)
    test(`are refused: ${name}`, () => assert.deepEqual(found(members()), [expected]));

  test('are not refused for a serial number that another issuer gave', async () => {
    const other = await certificate('Other root');
    const below = await certificate('Below', other);
    const elsewhere = member('below', below, { issuer: 'other', serial });
    const there = member('other', other, { issuer: 'other', signedAt: null, out: null });
    assert.deepEqual(found([root(), there, member('one', ONE, { serial }), elsewhere]), []);
  });

  test("are refused where the issuer's key cannot make the signature", async () => {
    const small = await certificate('Small root', undefined, {
      keyAlgorithm: 'ecdsa-p256',
      signatureAlgorithm: 'ecdsa-sha256',
    });
    assert.deepEqual(found([root({ certificate: small }), member('one', ONE)]), [
      [
        'one',
        'issuer',
        '"one" cannot be signed by "root": the signature algorithm is ECDSA with SHA-384, which is not for a key of P-256',
      ],
    ]);
  });

  test('are refused below what is no CA', async () => {
    const responder = await certificate('Responder', ROOT, {
      profile: profile('ocsp-responder') as CertificateProfile,
    });
    const below = member('one', ONE, { issuer: 'responder' });
    assert.deepEqual(found([root(), member('responder', responder, { signedAt: null }), below]), [
      ['one', 'issuer', '"one" is signed by "responder", which is no CA'],
    ]);
  });

  test('are refused below one that is revoked, however far above', async () => {
    const deep = profile('tls-issuing-ca', { ...TLS, 'path-length': 1 }) as CertificateProfile;
    const middle = await certificate('Middle', ROOT, { profile: deep });
    const below = await certificate('Below', middle);
    const last = await certificate('Last', below, { profile: deep });
    const members = [
      root(),
      member('middle', middle, { signedAt: null, serial: '01bb' }),
      member('below', below, { issuer: 'middle' }),
    ];
    assert.deepEqual(found(members, [await crlOf(ROOT, '01bc')]), []);
    assert.deepEqual(found(members, [await crlOf(middle, '01bb')]), [], 'the CRL of another issuer');
    const crl = await crlOf(ROOT, '01bb');
    const message = (name: string) => `"${name}" stands below "middle", which was revoked at 2027-02-28T12:00:00Z`;
    assert.deepEqual(found(members, [crl]), [['below', 'issuer', message('below')]]);
    const more = [...members, member('last', last, { issuer: 'below' })];
    assert.ok(found(more, [crl]).some(([name, , text]) => name === 'last' && text === message('last')));
  });
});

describe('a key that was compromised', () => {
  const kept = member('kept', ONE, { signedAt: null, out: null, serial: '01bb' });
  const asked = (more: Partial<Member> = {}) => member('asked', ONE, { serial: '02', ...more });
  const message = (reason: string) =>
    `"asked" certifies the key of "kept", which was revoked at 2027-02-28T12:00:00Z for ${reason}`;

  for (const reason of ['keyCompromise', 'cACompromise', 'none'] as const) {
    test(`gets no certificate any more: ${reason}`, async () => {
      const faults = found([root(), kept, asked()], [await crlOf(ROOT, '01bb', reason)]);
      assert.deepEqual(faults, [['asked', 'subject', message(reason === 'none' ? 'no stated reason' : reason)]]);
      assert.deepEqual(
        found([root(), kept, asked()], [await crlOf(ROOT, '01bc', reason)]),
        [],
        'another serial number',
      );
      assert.deepEqual(found([root(), kept, asked()], [await crlOf(TWO, '01bb', reason)]), [], 'of another issuer');
    });
  }

  test('is not meant where the reason says nothing of the key, and other keys are not', async () => {
    assert.deepEqual(found([root(), kept, asked()], [await crlOf(ROOT, '01bb', 'superseded')]), []);
    const crl = await crlOf(ROOT, '01bb', 'keyCompromise');
    assert.deepEqual(found([root(), kept, member('other', TWO)], [crl]), []);
  });
});

describe('a certificate that is issued again', () => {
  const kept = member('kept', ONE, { signedAt: null, out: null, serial: '01bb' });
  const again = (more: Partial<Member> = {}) => member('again', ONE, { existing: 'kept', changes: [], ...more });

  test('has no problem where nothing differs', () => assert.deepEqual(found([root(), kept, again()]), []));

  test('is refused where another stands in its place, and where a change is none', () => {
    const faults = found([root(), kept, member('again', TWO, { existing: 'kept', changes: [] })]);
    assert.ok(
      faults.some(([name, of, message]) => name === 'again' && of === 'existing' && /the subject/.test(message ?? '')),
    );
    assert.deepEqual(found([root(), kept, again({ changes: ['crl'] })]), [
      ['again', 'changes', '"again" is said to change "crl", and has what "kept" has'],
    ]);
  });

  test('is refused of one that is revoked', async () => {
    assert.deepEqual(found([root(), kept, again()], [await crlOf(ROOT, '01bc')]), []);
    for (const reason of ['cessationOfOperation', 'keyCompromise'] as const)
      assert.deepEqual(found([root(), kept, again()], [await crlOf(ROOT, '01bb', reason)]), [
        ['again', 'existing', '"again" is "kept" issued again, which was revoked at 2027-02-28T12:00:00Z'],
      ]);
  });

  test('may name another place of the CRL by its own word, and what is issued after it goes by that', async () => {
    const moved = await certificate('One', ROOT, {
      profile: profile('tls-issuing-ca', { ...TLS, crl: 'http://pki.example.com/moved.crl' }) as CertificateProfile,
    });
    const later = await certificate('Second', ROOT, {
      profile: profile('tls-issuing-ca', { ...TLS, crl: 'http://pki.example.com/moved.crl' }) as CertificateProfile,
    });
    const key = kept.key;
    const renewed = member('again', moved, { existing: 'kept', changes: ['crl'], key });
    const faults = found([root(), kept, renewed, member('later', later)]);
    assert.ok(
      !faults.some(([name, , message]) => name === 'later' && /names the CRL/.test(message ?? '')),
      String(faults),
    );
    const stays = found([root(), kept, renewed, member('later', TWO)]);
    assert.ok(
      stays.some(([name, , message]) => name === 'later' && /names the CRL/.test(message ?? '')),
      String(stays),
    );
  });
});

describe('a certificate beside another of the same CA', () => {
  const other = profile('root-ca');
  /** As `kept` has it: its name, key and key identifier, unless told otherwise. */
  async function cross(kept: Certificate, more: Partial<CertificateRequest> = {}, key = kept) {
    const request: CertificateRequest = {
      profile: { ...(other as CertificateProfile), kind: 'subordinate-ca' },
      subject: issuerIdentity(kept),
      issuer: issuerIdentity(ROOT),
      notBefore: AT,
      notAfter: '2032-03-10T08:59:59Z',
      keyAlgorithm: 'ecdsa-p384',
      signatureAlgorithm: 'ecdsa-sha384',
      ...more,
    };
    return parseCertificate(await lazyIssue.standIn(request, key.spki.der));
  }
  const faults = async (made: Certificate, kept: Certificate) =>
    found([
      root(),
      member('kept', kept, { issuer: null, signedAt: null, out: null, serial: '01cc' }),
      member('cross', made, { existing: 'kept' }),
    ]).map(([name, of, message]) => {
      assert.equal(name, 'cross');
      return [of, message];
    });
  const fields = (more: object) => {
    const { fields: own, ...rest } = other as CertificateProfile;
    return { ...rest, kind: 'subordinate-ca' as const, fields: { ...own, ...more } } as CertificateProfile;
  };

  test('differs in nothing that matters', async () => {
    const kept = await certificate('Other');
    assert.deepEqual(await faults(await cross(kept), kept), []);
    assert.deepEqual(await faults(await cross(kept, { profile: fields({ 'path-length': 3 }) }), kept), []);
    assert.deepEqual(
      await faults(await cross(kept, { profile: fields({ 'extended-key-usage': ['serverAuth'] }) }), kept),
      [],
    );
  });

  test('has its key, name and key identifier', async () => {
    const kept = await certificate('Other');
    const stranger = await certificate('Stranger');
    const found = (await faults(await cross(kept, {}, stranger), kept)).map(([, message]) => message);
    assert.ok(found.includes('"cross" has another public key than "kept", beside which it stands'), found.join('\n'));
    const renamed = await faults(
      await cross(kept, { subject: { ...issuerIdentity(kept), name: stranger.subject.der } }),
      kept,
    );
    assert.ok(
      renamed.some(
        ([of, message]) => of === 'existing' && message === '"cross" has another subject than "kept", byte for byte',
      ),
    );
    const identifier = await cross(kept, { subject: { ...issuerIdentity(kept), keyIdentifier: Buffer.alloc(20, 7) } });
    assert.ok(
      (await faults(identifier, kept)).some(
        ([of, message]) =>
          of === 'existing' &&
          message?.startsWith(`"cross" has the key identifier ${'07'.repeat(20)}, and "kept" has `),
      ),
    );
  });

  test('allows no more than it, and no longer', async () => {
    const kept = await certificate('Other', undefined, {
      profile: { ...fields({ 'path-length': 1, 'extended-key-usage': ['clientAuth'] }), kind: 'root-ca' },
    });
    assert.deepEqual(await faults(await cross(kept), kept), [
      ['profile', '"cross" allows any purpose, and "kept" is for 1.3.6.1.5.5.7.3.2 alone'],
      ['profile', '"cross" has no path length, and "kept" has 1'],
    ]);
    const more = fields({
      'path-length': 2,
      'extended-key-usage': ['clientAuth', 'serverAuth'],
      'key-usage': ['digitalSignature', 'keyCertSign', 'cRLSign'],
    });
    assert.deepEqual(await faults(await cross(kept, { profile: more }), kept), [
      [
        'profile',
        '"cross" has the key usage cRLSign, digitalSignature, keyCertSign, and "kept" has cRLSign, keyCertSign',
      ],
      ['profile', '"cross" allows 1.3.6.1.5.5.7.3.1, and "kept" is for 1.3.6.1.5.5.7.3.2 alone'],
      ['profile', '"cross" has the path length 2, and "kept" has 1'],
    ]);
    const short = await certificate('Short', undefined, {
      notBefore: '2027-03-10T08:30:00Z',
      notAfter: '2030-01-01T00:00:00Z',
    });
    assert.deepEqual(await faults(await cross(short, { notBefore: '2027-03-10T08:29:00Z' }), short), [
      ['not-before', '"cross" is valid from 2027-03-10T08:29:00Z, before its issuer "root" (2027-03-10T09:00:00Z)'],
      [
        'not-before',
        '"cross" is valid from 2027-03-10T08:29:00Z, before "kept" beside which it stands (2027-03-10T08:30:00Z)',
      ],
      [
        'not-after',
        '"cross" is valid until 2032-03-10T08:59:59Z, after "kept" beside which it stands (2030-01-01T00:00:00Z)',
      ],
    ]);
  });
});
