import { createHash, createPrivateKey, createSign } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { frameOfCrl, streamTbsCertList } from '../../../src/issue/crl.ts';
import { encodeListed } from '../../../src/issue/revoked-certificates.ts';
import { issuerIdentity } from '../../../src/pki/issuer.ts';
import { DistinctReader, notAfter } from '../../../src/pki/listed-line.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';

/*
 * A list file into a signed CRL file, as a stream: each line is read, judged and encoded once, into a file beside the CRL, since
 * the length of them all stands before them; from there it goes through digest and signature into the CRL. The key is P-384.
 * @param argv list, certificate of the CA (DER), its key (PEM), the CRL to write, thisUpdate, nextUpdate
 */
const [, , list = '', certificate = '', key = '', out = '', thisUpdate = '', nextUpdate = ''] = process.argv;
const CHUNK = 256 * 1024;

/** The file from its start. A chunk is written over by the next. */
function* chunksOf(path: string): Generator<Uint8Array> {
  const chunk = new Uint8Array(CHUNK);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) yield chunk.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

const entries = `${out}.entries`;
let length = 0;
const spool = openSync(entries, 'wx');
for (const piece of encodeListed(new DistinctReader(() => chunksOf(list), list, notAfter(thisUpdate))))
  length += writeSync(spool, piece);
closeSync(spool);

const frame = {
  issuer: issuerIdentity(parseCertificate(readFileSync(certificate))),
  number: 1n,
  thisUpdate,
  nextUpdate,
  signatureAlgorithm: 'ecdsa-sha384',
} as const;
const tbs = streamTbsCertList(frame, { length, pieces: () => chunksOf(entries) });

/** A P-384 signature has 102 to 104 octets as a rule: the head of the CRL has as many octets whichever it is. */
const place = frameOfCrl(tbs.length, frame.signatureAlgorithm, new Uint8Array(104)).before.length;
const [digest, signer] = [createHash('sha256'), createSign('sha384')];
const crl = openSync(out, 'wx');
let at = place;
for (const piece of tbs.pieces()) {
  digest.update(piece);
  signer.update(piece);
  at += writeSync(crl, piece, 0, piece.length, at);
}
const signature = signer.sign(createPrivateKey(readFileSync(key)));
const { before, after } = frameOfCrl(tbs.length, frame.signatureAlgorithm, signature);
if (before.length !== place) throw new Error('the head of the CRL has another length than was left for it');
writeSync(crl, before, 0, before.length, 0);
writeSync(crl, after, 0, after.length, at);
closeSync(crl);
rmSync(entries);
console.log(digest.digest('hex'));
