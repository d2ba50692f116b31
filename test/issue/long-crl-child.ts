import { createSign } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { FileOctets } from '../../src/adapters/file-octets.ts';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { type Octets, sameOctets, windowsOf } from '../../src/base/octets.ts';
import { compareCrl } from '../../src/pki/compare.ts';
import { crlAfter, crlWith } from '../../src/pki/crl-succession.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { lint } from '../../src/pki/lint.ts';
import { pemOctets } from '../../src/pki/pem.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl, parseTbsCertList } from '../../src/x509/crl.ts';
import { textBeside } from '../../src/x509/render.ts';
import { verifySignature } from '../../src/x509/signature.ts';

/*
 * What the core of a ceremony does with the CRL before and the next one, with both in files. Prints its greatest resident memory,
 * in KiB.
 * @param argv certificate of the CA (DER), its key (PEM), the CRL before, and where the next ones go
 */
const [, , certificate = '', key = '', before = '', out = ''] = process.argv;

function written(name: string, octets: Octets): FileOctets {
  const path = `${out}.${name}`;
  const fd = openSync(path, 'wx');
  for (const window of windowsOf(octets)) writeSync(fd, window);
  closeSync(fd);
  return new FileOctets(path, name);
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const issuer = parseCertificate(readFileSync(certificate));
const last = parseCrl(new FileOctets(before, 'the CRL before'));
must(
  verifySignature(issuer.spki, last.signatureAlgorithm.der, last.tbs, last.signature),
  'the CRL before is of another',
);
const added = [{ serial: Uint8Array.of(1, 2, 3), at: '2029-01-01T00:00:00Z', reason: 'superseded' as const }];
const request = {
  ...{ profile: { kind: 'root-crl' } as never, issuer: issuerIdentity(issuer), number: 2n },
  ...{
    thisUpdate: '2029-01-02T00:00:00Z',
    nextUpdate: '2029-06-02T00:00:00Z',
    signatureAlgorithm: 'ecdsa-sha384' as const,
  },
  ...crlWith(crlAfter(last), added),
};
const tbs = written('tbs', await lazyIssue.tbsCertList(request as never));
must(compareCrl(parseTbsCertList(tbs), request as never).length === 0, 'it says something else');
const context = { kind: 'root-crl' as const, plannedAt: '2029-01-02T00:00:00Z', issuer, previous: last };
must(lint({ tbsCertList: tbs }, ['rfc5280'], context).problems.length === 0, 'it keeps no rules');
const signer = createSign('sha384');
for (const window of windowsOf(tbs)) signer.update(window);
const crl = parseCrl(lazyIssue.assemble<Octets>(tbs, 'ecdsa-sha384', signer.sign(readFileSync(key, 'utf8'))));
must(sameOctets(crl.tbs, tbs), 'it holds something else');
must(verifySignature(issuer.spki, crl.signatureAlgorithm.der, crl.tbs, crl.signature), 'its signature does not verify');
must(lint({ crl: crl.der }, ['rfc5280'], context).problems.length === 0, 'signed, it keeps no rules');
written('crl', crl.der);
written('pem', pemOctets('X509 CRL', crl.der));
written('txt', textBeside(crl.der));
console.log(process.resourceUsage().maxRSS);
