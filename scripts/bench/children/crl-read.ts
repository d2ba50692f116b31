import { readFileSync } from 'node:fs';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { parseCrl } from '../../../src/x509/crl.ts';
import { verifySignature } from '../../../src/x509/signature.ts';

/** Reads a CRL, strictly and to its last entry, and verifies it. @param argv the CRL, the certificate of its CA; DER */
const [, , path = '', certificate = ''] = process.argv;
const crl = parseCrl(readFileSync(path), path);
const { spki } = parseCertificate(readFileSync(certificate));
if (!verifySignature(spki, crl.signatureAlgorithm.der, crl.tbs, crl.signature)) throw new Error('it does not verify');
if (crl.revoked.repeated().length > 0) throw new Error('it lists a certificate twice');
console.log(crl.revoked.count);
