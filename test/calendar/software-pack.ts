import { canonicalBytes, type Json } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { previousCertificatePath, previousCrlPath } from '../../src/ledger/carried.ts';
import { type Ledger, ledgerBytes } from '../../src/ledger/ledger.ts';
import { PATH } from '../../src/pack/layout.ts';
import { buildManifest } from '../../src/pack/manifest.ts';
import { openPack, type Pack } from '../../src/pack/pack-reader.ts';
import { answerPath, requestWith } from '../../src/pki/ocsp-response.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../../src/x509/crl-extensions.ts';
import { scopeOf } from '../../src/x509/crl-scope.ts';
import { parseOcspResponse } from '../../src/x509/ocsp-response.ts';
import { MemorySource } from '../forge/memory-source.ts';
import { certificate, crl, sample } from './sample.ts';

/** A file that a CA of software has signed, by the name that the ledger has for it. */
export interface Made {
  readonly name: string;
  /** Name of the key that signed. */
  readonly signedBy: string;
  readonly der: Uint8Array;
  /** Whether an earlier ceremony made it: it lies under its digest then, and is not published. */
  readonly earlier?: true;
}

/** What this CA has, without a record of how: enough of a pack for what reads ledger and files of one that was verified. */
export function softwarePack(
  certificates: readonly Made[],
  crls: readonly Made[],
  more: {
    readonly events?: readonly Json[];
    readonly plan?: Json;
    readonly ledger?: Partial<Ledger>;
    readonly publish?: Readonly<Record<string, string>>;
    /** OCSP responses by their names. */
    readonly ocsp?: Readonly<Record<string, Uint8Array>>;
  } = {},
): Pack {
  const files = new Map<string, Uint8Array>();
  const add = (kind: 'certificates' | 'crls', { name, der, earlier }: Made, carried: string) => {
    const file = `${name}.${kind === 'crls' ? 'crl' : 'crt'}`;
    if (earlier) files.set(carried, der);
    else files.set(`${kind}/${file}`, der).set(`publish/${file}`, der);
  };
  for (const made of certificates) add('certificates', made, previousCertificatePath(sha256(made.der)));
  for (const made of crls) add('crls', made, previousCrlPath(sha256(made.der)));
  for (const [name, text] of Object.entries(more.publish ?? {})) files.set(`publish/${name}`, Buffer.from(text));
  for (const [name, der] of Object.entries(more.ocsp ?? {})) {
    const asked = parseOcspResponse(der).responses.map(({ certId }) => answerPath(requestWith(certId.der)));
    files.set(`ocsp/${name}`, der);
    for (const path of [name, ...asked]) files.set(`publish/ocsp/${path}`, der);
  }
  const { ledger: base } = sample();
  const keys = certificates
    .filter(({ name }, index) => certificates.findIndex((one) => one.name === name) === index)
    .flatMap(({ name, der }) => ({
      ...(base.keys[0] as Ledger['keys'][number]),
      name,
      spkiSha256: sha256(parseCertificate(der).spki.der),
    }));
  const ledger: Ledger = {
    ...base,
    keys,
    copies: [],
    shareSets: [],
    custody: [],
    certificates: certificates.map(({ name, signedBy, der }) => {
      const { spki, serial, notBefore, notAfter } = parseCertificate(der);
      return {
        ...certificate(name, signedBy, name, notBefore.at, notAfter.at),
        sha256: sha256(der),
        serial: serial.hex,
        spkiSha256: sha256(spki.der),
      };
    }),
    crls: crls.map(({ name, signedBy, der }) => {
      const read = parseCrl(der);
      const { extensions, thisUpdate, nextUpdate } = read;
      const scope = scopeOf(read);
      const row = crl(signedBy, String(cRLNumber(extensions)), thisUpdate.at, nextUpdate?.at ?? '');
      const base = deltaCRLIndicator(extensions);
      return {
        ...{ ...row, name, path: `crls/${name}.crl`, sha256: sha256(der) },
        ...(base === undefined ? {} : { base: String(base) }),
        ...(scope ? { scope } : {}),
      };
    }),
    ...more.ledger,
  };
  files.set(PATH.ledger, ledgerBytes(ledger));
  files.set(PATH.plan, canonicalBytes(more.plan ?? { materials: [], waivers: [] }));
  const events = (more.events ?? [{ type: 'close', at: '2028-03-10T16:00:00Z', outcome: 'complete' }]) as object[];
  const lines = events.map((event, index) =>
    Buffer.from(canonicalBytes({ ...event, seq: index + 1, salt: '0'.repeat(32) } as Json)).toString(),
  );
  files.set(PATH.events, Buffer.from(`${lines.join('\n')}\n`));
  const facts = {
    ceremony: NO_DIGEST,
    head: NO_DIGEST,
    events: lines.length,
    outcome: 'complete',
    mode: 'production',
    authorization: NO_DIGEST,
    roster: NO_DIGEST,
  } as const;
  files.set(PATH.manifest, buildManifest(facts, []));
  return openPack(new MemorySource(files));
}
