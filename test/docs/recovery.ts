import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../src/base/digest.ts';
import { sealEnvelope } from '../../src/cms/enveloped-data.ts';
import {
  assembleCertificate,
  memberCertificateAlgorithm,
  memberCertificateTbs,
} from '../../src/cms/member-certificate.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { memberMechanism } from '../../src/quorum/member-signature.ts';
import { envelopeName, sharePlaintext } from '../../src/quorum/share-envelope.ts';
import { secretCheck } from '../../src/quorum/share-set.ts';
import { startTokenProcess, type TokenProcess } from '../../src/token/client.ts';
import { softHsmLibrary } from '../softhsm/soft-hsm.ts';
import { ROOT } from './rehearsed.ts';
import { VECTOR, vectorShares } from './share-vector.ts';

const PIN = '48151623';

/**
 * What people have who must get a PIN back without the program: the ledger, their envelopes of the worked example's
 * set, and their keys. The first custodian's is in a file, the second's on an EC token, the third's on an RSA token.
 * @returns the environment in which the page's commands run
 */
export async function stageRecovery(folder: string): Promise<{ readonly [name: string]: string }> {
  mkdirSync(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
  const library = softHsmLibrary();
  const environment = { SOFTHSM2_CONF: configuration };
  const client = await startTokenProcess({ programRoot: ROOT, library, environment });
  const certificates = [
    certificateOfFile(folder),
    await certificateOnToken(client, 'ecdsa-p256', 'crypto-officer-2'),
    await certificateOnToken(client, 'rsa-2048', 'crypto-officer-3'),
  ];
  await client.end();
  const envelopes = vectorShares().map((share, index) => {
    const certificate = certificates[index];
    if (!certificate) return sha256(`of the other custodian ${index}`);
    const { set, label, threshold, points } = VECTOR;
    const opened = { ...share, set, label, threshold, count: points.length };
    const plaintext = sharePlaintext({ ...opened, share: Buffer.from(share.share), r: Buffer.from(share.r) });
    const envelope = sealEnvelope(plaintext, [certificate], { bytes: (length) => new Uint8Array(randomBytes(length)) });
    writeFileSync(join(folder, envelopeName(set, share.seat)), envelope);
    return sha256(envelope);
  });
  writeFileSync(join(folder, 'ledger.json'), ledgerOf(envelopes));
  return { ...environment, MODULE: library, CARD_PIN: PIN };
}

/** Makes officer-1.key and the certificate officer-1.pem: a custodian's key that openssl can use. */
export function certificateOfFile(folder: string): Uint8Array {
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,keyAgreement',
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=none',
  ];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'officer-1.key'];
  const options = { cwd: folder, stdio: 'pipe' } as const;
  execFileSync(
    'openssl',
    ['req', '-x509', ...key, '-out', 'officer-1.pem', '-days', '2', '-subj', '/CN=crypto-officer-1'].concat(
      extensions.flatMap((extension) => ['-addext', extension]),
    ),
    options,
  );
  execFileSync('openssl', ['x509', '-in', 'officer-1.pem', '-outform', 'DER', '-out', 'officer-1.crt'], options);
  return readFileSync(join(folder, 'officer-1.crt'));
}

/** Enrols a token as a rehearsal does: CKA_ID 01 signs, 02 opens envelopes. */
async function certificateOnToken(
  client: TokenProcess,
  algorithm: 'ecdsa-p256' | 'rsa-2048',
  seat: string,
): Promise<Uint8Array> {
  const { serial } = await client.initToken({ blank: true, model: 'SoftHSM v2' }, seat, Buffer.from('security'));
  const token = { serial };
  await client.login(token, 'so', Buffer.from('security'));
  await client.initPin(token, Buffer.from(PIN));
  await client.logout(token);
  await client.login(token, 'user', Buffer.from(PIN));
  const generate = async (id: string, uses: readonly [string, string]) => {
    const half = { LABEL: id, ID: id, TOKEN: true };
    const secret = { ...half, PRIVATE: true, SENSITIVE: true, EXTRACTABLE: false, [uses[1]]: true };
    const pair = await client.generateKeyPair(token, algorithm, { ...half, [uses[0]]: true }, secret);
    return Buffer.from(pair.spki, 'base64');
  };
  const signing = await generate('01', ['VERIFY', 'SIGN']);
  const opening = await generate('02', algorithm === 'rsa-2048' ? ['ENCRYPT', 'DECRYPT'] : ['DERIVE', 'DERIVE']);
  const tbs = memberCertificateTbs({
    commonName: seat,
    serial: Buffer.of(1, 2),
    notBefore: '2027-01-01T00:00:00Z',
    notAfter: '2037-01-01T00:00:00Z',
    spki: opening,
    purpose: 'open',
    signedBy: signing,
  });
  const signature = await client.sign(token, signing, memberMechanism(signing), tbs);
  await client.logout(token);
  return assembleCertificate(tbs, memberCertificateAlgorithm(signing), signature);
}

function ledgerOf(envelopes: readonly string[]): Uint8Array {
  const { set, secret, threshold } = VECTOR;
  const shares = vectorShares().map(({ seat, x, commitment }, index) => ({
    seat,
    x,
    commitment,
    envelope: envelopes[index] as string,
    recipients: [sha256(seat)],
  }));
  const user = { id: set, kind: 'user' as const, threshold, check: secretCheck(set, secret), shares };
  const other = { ...user, id: 'f'.repeat(32), kind: 'so' as const, check: sha256('another set') };
  const held = { hsm: '0123456789abcdef', state: 'current' as const, unproven: [], envelopes: {} };
  return ledgerBytes({
    type: 'quorate/ledger/1',
    ceremony: sha256('ceremony'),
    number: 1,
    previous: '0'.repeat(64),
    tokens: [],
    keys: [],
    copies: [],
    certificates: [],
    crls: [],
    custody: [],
    shareSets: [
      { ...other, ...held },
      { ...user, ...held },
    ],
  });
}
