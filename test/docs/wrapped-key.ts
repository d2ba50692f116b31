import { execFileSync } from 'node:child_process';
import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pkcs11js from 'pkcs11js';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { sealEnvelope } from '../../src/cms/enveloped-data.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { WRAP_ALGORITHM } from '../../src/quorum/key-backup.ts';
import { envelopeName, sharePlaintext } from '../../src/quorum/share-envelope.ts';
import { secretCheck } from '../../src/quorum/share-set.ts';
import { softHsmLibrary } from '../softhsm/soft-hsm.ts';
import { certificateOfFile } from './recovery.ts';
import { VECTOR, vectorShares } from './share-vector.ts';

const PIN = '48151623';
/** AES key wrap with padding, as SoftHSM has it. */
const CKM_AES_KEY_WRAP_PAD = 0x210a;
const P256 = Buffer.from('06082a8648ce3d030107', 'hex');
/** SubjectPublicKeyInfo of a P-256 key, before its point. */
const P256_SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/**
 * What there is when a CA key has to come back without the program: ledger, certificate, an envelope and its key, and
 * the key `root-g1` as a SoftHSM wrapped it; and two tokens for it.
 * @returns the environment in which the page's commands run
 */
export function stageWrappedKey(folder: string, kind: 'ec' | 'rsa'): { readonly [name: string]: string } {
  mkdirSync(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
  const environment = { SOFTHSM2_CONF: configuration };
  for (const label of ['old-hsm', 'new-hsm', 'other-hsm']) {
    const token = ['--init-token', '--free', '--label', label, '--so-pin', 'security', '--pin', PIN];
    execFileSync('softhsm2-util', token, { env: { ...process.env, ...environment }, stdio: 'pipe' });
  }
  const { wrapped, spki } = wrappedBySoftHsm(environment, kind);
  const file = `${VECTOR.set}-root-g1.kwp`;
  writeFileSync(join(folder, file), wrapped);
  writeCertificate(folder, spki);
  writeFileSync(join(folder, 'ledger.json'), ledgerOf(writeEnvelope(folder), { file, sha256: sha256(wrapped) }));
  return { ...environment, MODULE: softHsmLibrary(), HSM_PIN: PIN };
}

/** Made and wrapped in the token `old-hsm`: neither half of this is our code. */
function wrappedBySoftHsm(environment: { readonly SOFTHSM2_CONF: string }, kind: 'ec' | 'rsa') {
  process.env['SOFTHSM2_CONF'] = environment.SOFTHSM2_CONF;
  const { PKCS11, ...c } = pkcs11js;
  const module = new PKCS11();
  module.load(softHsmLibrary());
  module.C_Initialize();
  try {
    const slot = module.C_GetSlotList(true).find((one) => module.C_GetTokenInfo(one).label.trim() === 'old-hsm');
    const session = module.C_OpenSession(slot as Buffer, c.CKF_SERIAL_SESSION | c.CKF_RW_SESSION);
    module.C_Login(session, c.CKU_USER, PIN);
    const kek = module.C_CreateObject(session, [
      { type: c.CKA_CLASS, value: c.CKO_SECRET_KEY },
      { type: c.CKA_KEY_TYPE, value: c.CKK_AES },
      { type: c.CKA_VALUE, value: wrappingKey() },
      { type: c.CKA_TOKEN, value: false },
      { type: c.CKA_WRAP, value: true },
    ]);
    const shape =
      kind === 'ec'
        ? [{ type: c.CKA_EC_PARAMS, value: P256 }]
        : [
            { type: c.CKA_MODULUS_BITS, value: 2048 },
            { type: c.CKA_PUBLIC_EXPONENT, value: Buffer.of(1, 0, 1) },
          ];
    const mechanism = kind === 'ec' ? c.CKM_EC_KEY_PAIR_GEN : c.CKM_RSA_PKCS_KEY_PAIR_GEN;
    const pair = module.C_GenerateKeyPair(
      session,
      { mechanism },
      [...shape, { type: c.CKA_VERIFY, value: true }],
      [c.CKA_SIGN, c.CKA_SENSITIVE, c.CKA_EXTRACTABLE].map((type) => ({ type, value: true })),
    );
    const padded = { mechanism: CKM_AES_KEY_WRAP_PAD };
    const wrapped = Buffer.from(module.C_WrapKey(session, padded, kek, pair.privateKey, Buffer.alloc(8192)));
    const read = (type: number) => module.C_GetAttributeValue(session, pair.publicKey, [{ type }])[0]?.value as Buffer;
    if (kind === 'ec') return { wrapped, spki: Buffer.concat([P256_SPKI, read(c.CKA_EC_POINT).subarray(2)]) };
    return { wrapped, spki: rsaSpki(read(c.CKA_MODULUS)) };
  } finally {
    module.C_Finalize();
    delete process.env['SOFTHSM2_CONF'];
  }
}

/** Of a modulus of 2048 bits and the exponent 65537. */
function rsaSpki(modulus: Buffer): Buffer {
  const prefix = '30820122300d06092a864886f70d01010105000382010f003082010a0282010100';
  return Buffer.concat([Buffer.from(prefix, 'hex'), modulus, Buffer.from('0203010001', 'hex')]);
}

/** 32 bytes of HKDF-SHA-256 of the secret; the page's commands make it with openssl. */
function wrappingKey(): Buffer {
  const info = Buffer.concat([Buffer.from('quorate/kek/1'), Buffer.from(VECTOR.set, 'hex')]);
  return Buffer.from(hkdfSync('sha256', VECTOR.secret, new Uint8Array(0), info, 32));
}

/** root.crt: nobody could sign with the key, so that another key has. */
function writeCertificate(folder: string, spki: Buffer): void {
  writeFileSync(join(folder, 'made.pub'), spki);
  const ran = (...options: string[]) => execFileSync('openssl', options, { cwd: folder, stdio: 'pipe' });
  ran('pkey', '-pubin', '-inform', 'DER', '-in', 'made.pub', '-out', 'made.pem');
  ran('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'signer.key');
  const named = ['-subj', '/CN=Root G1', '-days', '2'];
  ran('x509', '-new', '-force_pubkey', 'made.pem', ...named, '-signkey', 'signer.key', '-out', 'root.crt');
}

function writeEnvelope(folder: string): string {
  const [share] = vectorShares();
  if (!share) throw new Error('no first share');
  const { set, label, threshold, points } = VECTOR;
  const opened = { ...share, set, label, threshold, count: points.length };
  const plaintext = sharePlaintext({ ...opened, share: Buffer.from(share.share), r: Buffer.from(share.r) });
  const envelope = sealEnvelope(plaintext, [certificateOfFile(folder)], { bytes: randomBytes });
  writeFileSync(join(folder, envelopeName(set, share.seat)), envelope);
  return sha256(envelope);
}

function ledgerOf(envelope: string, wrapped: { readonly file: string; readonly sha256: string }): Uint8Array {
  const { set, secret, threshold } = VECTOR;
  const shares = vectorShares().map(({ seat, x, commitment }, index) => ({
    seat,
    x,
    commitment,
    envelope: index === 0 ? envelope : sha256(seat),
    recipients: [sha256(seat)],
  }));
  const kek = { id: set, kind: 'kek' as const, threshold, check: secretCheck(set, secret), shares };
  const backup = { ...wrapped, key: 'root-g1', spkiSha256: sha256('its public key'), set, algorithm: WRAP_ALGORITHM };
  return ledgerBytes({
    type: 'quorate/ledger/1',
    ceremony: sha256('ceremony'),
    number: 1,
    previous: NO_DIGEST,
    ...{ tokens: [], keys: [], copies: [], certificates: [], crls: [], custody: [] },
    shareSets: [{ ...kek, hsm: '0123456789abcdef', state: 'current', unproven: [], envelopes: {} }],
    backups: [
      {
        ...{ ...backup, size: 80, media: ['backups 1', 'backups 2'], step: 'backup' },
        ...{ madeAt: '2027-03-01T09:00:00Z', state: 'kept' },
      },
    ],
  });
}
