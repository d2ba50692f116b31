import { createHash, createPrivateKey, createSign } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs';
import { frameOfCrl, streamTbsCertList } from '../../../src/issue/crl.ts';
import { encodeListed } from '../../../src/issue/revoked-certificates.ts';
import { issuerIdentity } from '../../../src/pki/issuer.ts';
import { DistinctReader, notAfter } from '../../../src/pki/listed-line.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';

/*
 * A list file into a signed CRL file, as a stream: each line is read, judged and encoded once, to where it stands in the CRL: the length
 * of them all stands before them, and takes as many octets as was guessed. From there it goes through digest and signature. The key is P-384.
 * @param argv list, certificate of the CA (DER), its key (PEM), the CRL to write, thisUpdate, nextUpdate
 */
const [, , list = '', certificate = '', key = '', out = '', thisUpdate = '', nextUpdate = ''] = process.argv;
const CHUNK = 256 * 1024;

/** A file from there to its end. A chunk is written over by the next. */
function* chunksOf(file: number, from = 0): Generator<Uint8Array> {
  const chunk = new Uint8Array(CHUNK);
  let at = from;
  for (let read = -1; read !== 0; at += read) {
    read = readSync(file, chunk, 0, CHUNK, at);
    if (read > 0) yield chunk.subarray(0, read);
  }
  if (file !== crl) closeSync(file);
}

/** What there is between the beginning of the file and its entries, where these have so many octets. */
function roomFor(length: number): number {
  const [start = NOTHING, head = NOTHING] = tbsOf(length, () => []).pieces();
  return beforeOf(tbsOf(length, () => []).length).length + start.length + head.length;
}

const NOTHING = new Uint8Array();
const frame = {
  issuer: issuerIdentity(parseCertificate(readFileSync(certificate))),
  number: 1n,
  thisUpdate,
  nextUpdate,
  signatureAlgorithm: 'ecdsa-sha384',
} as const;
const tbsOf = (length: number, pieces: () => Iterable<Uint8Array>) => streamTbsCertList(frame, { length, pieces });
/** A P-384 signature has 102 to 104 octets as a rule: the head of the CRL has as many octets whichever it is. */
const beforeOf = (tbs: number) => frameOfCrl(tbs, frame.signatureAlgorithm, new Uint8Array(104)).before;

const crl = openSync(out, 'wx+');
/** Octets of the entries; at first what they may come to, an entry for each line. */
let length = Math.round(statSync(list).size * 0.69);
let room: number;
do {
  room = roomFor(length);
  let at = room;
  ftruncateSync(crl);
  for (const piece of encodeListed(new DistinctReader(() => chunksOf(openSync(list, 'r')), list, notAfter(thisUpdate))))
    at += writeSync(crl, piece, 0, piece.length, at);
  length = at - room;
  // Where the head has another length for so many, they are written once more.
} while (roomFor(length) !== room);

const tbs = tbsOf(length, () => chunksOf(crl, room));
const place = beforeOf(tbs.length).length;
const [digest, signer] = [createHash('sha256'), createSign('sha384')];
let at = place;
for (const piece of tbs.pieces()) {
  digest.update(piece);
  signer.update(piece);
  const isThere = at >= room && at < room + length;
  at += isThere ? piece.length : writeSync(crl, piece, 0, piece.length, at);
}
const signature = signer.sign(createPrivateKey(readFileSync(key)));
const { before, after } = frameOfCrl(tbs.length, frame.signatureAlgorithm, signature);
if (before.length !== place) throw new Error('the head of the CRL has another length than was left for it');
writeSync(crl, before, 0, before.length, 0);
writeSync(crl, after, 0, after.length, at);
closeSync(crl);
console.log(digest.digest('hex'));
