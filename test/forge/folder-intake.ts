import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { OID } from '../../src/der/oid.ts';
import { oid, sequence, set, utf8String } from '../../src/der/writer.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { requestOf } from '../pki/requests.ts';
import { INBOX } from './intake.ts';
import type { RecordOptions } from './record.ts';

/* A root generation in a room where custody is kept, in which a folder of certificate requests comes in too. */

/** P-256 keys of the requests, PKCS#8, the same in every run: the private numbers 1 to 3 above a fixed one. */
function pair(number: number) {
  const scalar = createHash('sha256').update(`request ${number}`).digest('hex');
  const der = Buffer.from(`3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420${scalar}`, 'hex');
  const privateKey: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

export function nameOf(commonName: string): Uint8Array {
  return sequence(set(sequence(oid(OID.commonName), utf8String(commonName))));
}

export const PAIRS = [pair(1), pair(2), pair(3)] as const;
export const FOLDER = 'batch';

/** DER, and one as PEM: both are kept as they came. */
export const FILES: ReadonlyMap<string, Uint8Array> = new Map([
  ['alpha.csr', requestOf({ key: PAIRS[0], subject: nameOf('Alpha') })],
  ['beta-2.csr', Buffer.from(pemOf('CERTIFICATE REQUEST', requestOf({ key: PAIRS[1], subject: nameOf('Beta') })))],
  ['beta.csr', requestOf({ key: PAIRS[2], subject: nameOf('Beta 0') })],
]);

/** As it lies on the medium. */
export function onMedium(files: ReadonlyMap<string, Uint8Array> = FILES): Map<string, Uint8Array> {
  return new Map([...files].map(([name, bytes]) => [`${FOLDER}/${name}`, bytes]));
}

/** Said with node:crypto alone, as sha256sum would. */
export function digestOf(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
  return hash([...files].map(([name, bytes]) => `${hash(bytes)}  ${name}\n`).join(''));
}

export const DIGEST = digestOf(FILES);

const ACT = `  - title: The requests
    steps:
      - { id: read-requests, step: read-input, by: administrator, check: auditor, with: { input: requests } }
      - { id: folder, step: compare, by: safe-controller, check: [witness, auditor], say: "From their own paper.", with: { value: requests.sha256, against: authorization } }
`;

export function withFolder(script: string): string {
  return script
    .replace(
      'materials:\n',
      'inputs:\n  requests: { type: csr-folder, key: ecdsa-p256, on: inbox, sha256: independent, stand-ins: 7 }\nmaterials:\n  inbox: { kind: medium, holds: inputs, arrives: open }\n',
    )
    .replace('  - title: Judgement', `${ACT}  - title: Judgement`)
    .replace(
      '      - { id: close,',
      '      - { id: inbox-away, step: hand-over, by: administrator, check: witness, with: { item: inbox, to: requester } }\n      - { id: close,',
    );
}

export function withFolderInbox(site: string): string {
  return site.replace('media:\n', `inputs:\n  requests: { file: ${FOLDER} }\nmedia:\n  inbox: [{ at: ${INBOX} }]\n`);
}

/** @param files on the medium: what is put there meanwhile is there */
export function folderIntake(files: Map<string, Uint8Array> = onMedium()): RecordOptions {
  return {
    vault: true,
    script: withFolder,
    site: withFolderInbox,
    brought: new Map([[INBOX, files]]),
    references: { 'requests-sha256': DIGEST },
  };
}
