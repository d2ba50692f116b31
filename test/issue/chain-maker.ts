import assert from 'node:assert/strict';
import { before } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { serialNumber } from '../../src/pki/request.ts';
import { profileOf } from '../pki/fixtures.ts';
import { judgeChain, type Usage, type Verdicts } from './chain-judges.ts';
import { ask, type Judgement, put } from './judges.ts';
import { issueRoot, issueUnder, keyOf, rootRequest, subordinateRequest } from './software-ca.ts';

/** Chains root → CA of a profile → leaf: the CA by our own code with a key of the test, the leaf by openssl. */

let root: Uint8Array;
export let rootPem: string;
before(async () => {
  root = await issueRoot(rootRequest('ecdsa-p384'));
  rootPem = put('root.pem', pemOf('CERTIFICATE', root));
  put('ca.key', keyOf('ecdsa-p256').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const made = ask('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'leaf.key');
  assert.equal(made.status, 0, made.text);
});

let issued = 0;

export async function makeCa(name: string, template: string, fields: JsonObject): Promise<string> {
  const request = subordinateRequest(root, profileOf(template, fields), 'ecdsa-p256');
  // NSS takes no two of one issuer with one serial number.
  const serial = serialNumber(new Uint8Array(16).fill(++issued));
  return put(`${name}.pem`, pemOf('CERTIFICATE', await issueUnder(request, 'ecdsa-p384', serial)));
}

export interface Leaf {
  /** As `openssl req -subj` has it. */
  readonly subject?: string;
  /** As `subjectAltName` of an openssl configuration has it. */
  readonly names?: string;
  readonly more?: readonly string[];
  /** Its basic constraints and key usage; an end entity's unless told. */
  readonly kind?: readonly string[];
  readonly days?: number;
  /** Of the CA. */
  readonly key?: string;
}

let count = 0;

const END_ENTITY = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
export const CA_KIND = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'];

/** A certificate under that CA, whatever the CA may issue. */
export function makeLeaf(
  ca: string,
  { subject = '/CN=leaf', names, more = [], kind = END_ENTITY, key = 'ca.key', days = 30 }: Leaf,
): string {
  const id = `leaf-${count++}`;
  const asked = ask('openssl', 'req', '-new', '-key', 'leaf.key', '-subj', subject, '-utf8', '-out', `${id}.csr`);
  assert.equal(asked.status, 0, asked.text);
  const extensions = [
    ...kind,
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid',
    ...(names === undefined ? [] : [`subjectAltName=${names}`]),
    ...more,
  ];
  const file = put(`${id}.ext`, `${extensions.join('\n')}\n`);
  const signed = ask(
    'openssl',
    ...['x509', '-req', '-in', `${id}.csr`, '-CA', ca, '-CAkey', key, '-set_serial', '0x1234567890'],
    ...['-days', String(days), '-sha256', '-extfile', file, '-out', `${id}.pem`],
  );
  assert.equal(signed.status, 0, signed.text);
  return `${id}.pem`;
}

export function verify(ca: string, leaf: string, ...more: readonly string[]): Judgement {
  return ask('openssl', 'verify', '-x509_strict', ...more, '-CAfile', rootPem, '-untrusted', ca, leaf);
}

export function judge(ca: string, leaf: string, usage: Usage): Verdicts {
  const [leafPem, caPem] = [leaf, ca].map((file) => ask('openssl', 'x509', '-in', file).text);
  return judgeChain(pemOf('CERTIFICATE', root), `${leafPem}${caPem}`, usage);
}
