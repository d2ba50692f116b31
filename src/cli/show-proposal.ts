import { openPackFolder } from '../adapters/pack-folder.ts';
import { canonicalBytes } from '../base/canonical-json.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { deltaSince, newestCrl, ofScope, PREVIOUS_LEDGER, previousCrlPath, scopesOfKey } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import { approvalPayloadPath, kindOf, PATH } from '../pack/layout.ts';
import { openPack, type Pack } from '../pack/pack-reader.ts';
import { approvalScreen } from '../quorum/approval-screen.ts';
import { type Descriptor, payloadOf, readDescriptor } from '../quorum/operation.ts';
import { Shape } from '../quorum/shape.ts';
import { constructedCrl, isDelta } from '../x509/constructed-crl.ts';
import { parseCrl, parseTbsCertList } from '../x509/crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../x509/crl-extensions.ts';
import { type CrlScope, scopeKey, scopeOf } from '../x509/crl-scope.ts';
import type { CertificateList, TbsCertList } from '../x509/model.ts';

const CODE = 'TRANSCRIPT_BROKEN';

/**
 * The guard's screen of a proposal, from a pack that is sealed, or not yet: the descriptor of the event and the
 * to-be-signed bytes beside it, each held to its digest.
 * @param seq of the `proposed` event
 * @throws CeremonyError PROPOSAL_UNKNOWN, PAYLOAD_DIGEST, DESCRIPTOR_INVALID, TRANSCRIPT_BROKEN, PACK_UNREADABLE
 */
export function showProposal(folder: string, seq: number): string[] {
  const pack = openPack(openPackFolder(folder, (inside) => kindOf(inside)?.limit));
  const event = proposedIn(pack, seq, folder);
  const descriptor = readDescriptor(canonicalBytes(event.any('descriptor')));
  const digest = event.digest('digest');
  if (descriptor.digest !== digest) {
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `event ${seq} gives its descriptor the SHA-256 ${digest}; it has ${descriptor.digest}`,
    );
  }
  const payload = payloadIn(pack, descriptor, seq);
  return approvalScreen({
    ...{ descriptor, payload, expires: event.utc('expires') },
    previous: crlBefore(pack, descriptor, payload, seq),
    known: knownScopes(pack, descriptor, seq),
  });
}

/** Scopes of all CRLs of the key of which the guard knew when it was proposed: of its ledger, and those that it had signed by then. */
function knownScopes(pack: Pack, { operation }: Descriptor, seq: number): readonly (CrlScope | undefined)[] {
  if (operation.op !== 'sign' || operation.kind !== 'crl') return [];
  const ledger = pack.file(PREVIOUS_LEDGER) ? readLedger(pack.need(PREVIOUS_LEDGER)) : undefined;
  const before = ledger ? scopesOfKey(ledger, operation.key) : [];
  const here = [...signedHere(pack, operation.key, seq)].filter(({ done }) => done < seq);
  return [...before, ...here.map(({ tbs }) => scopeOf(tbs))];
}

/**
 * The CRL that one which was proposed follows, as the guard has it: a complete one of this ceremony from which a delta CRL starts,
 * else the last one of its key in the ledger of the pack before.
 */
function crlBefore(
  pack: Pack,
  { operation }: Descriptor,
  payload: Uint8Array | null,
  seq: number,
): CertificateList | null {
  if (operation.op !== 'sign') return null;
  const base = payload && operation.kind === 'crl' ? baseHere(pack, operation.key, payload, seq) : undefined;
  if (base) return base;
  if (!pack.file(PREVIOUS_LEDGER)) return null;
  const { keys, crls } = readLedger(pack.need(PREVIOUS_LEDGER));
  const names = keys.filter(({ spkiSha256 }) => spkiSha256 === operation.key).map(({ name }) => name);
  const own = ofScope(
    crls.filter(({ issuer }) => names.includes(issuer)),
    payload && operation.kind === 'crl' ? scopeOf(parseTbsCertList(payload)) : undefined,
  );
  const [last, since] = [newestCrl(own), deltaSince(own)].map((one) => {
    const path = previousCrlPath(one?.sha256 ?? NO_DIGEST);
    return one && parseCrl(pack.need(path), path);
  });
  return last ? (since ? constructedCrl(last, since) : last) : null;
}

/** The complete CRL of that key which was signed in this ceremony before, where a delta CRL says that it starts from it. */
function baseHere(pack: Pack, key: Sha256, payload: Uint8Array, seq: number): CertificateList | undefined {
  const next = parseTbsCertList(payload);
  const [base, scope] = [deltaCRLIndicator(next.extensions), scopeKey(scopeOf(next))];
  if (base === undefined) return undefined;
  for (const { tbs } of signedHere(pack, key, seq)) {
    if (isDelta(tbs) || cRLNumber(tbs.extensions) !== base || scopeKey(scopeOf(tbs)) !== scope) continue;
    return { ...tbs, der: tbs.tbs, signatureAlgorithm: tbs.tbsSignatureAlgorithm, signature: new Uint8Array() };
  }
  return undefined;
}

/** CRLs of that key which this ceremony proposed before and signed, each with the number of the event that says so. */
function* signedHere(pack: Pack, key: Sha256, seq: number): Generator<{ tbs: TbsCertList; done: number }> {
  const events = pack.eventLines().flatMap(({ event }) => event ?? []);
  for (const event of events) {
    if (event.type !== 'proposed' || event.seq >= seq) continue;
    const descriptor = readDescriptor(canonicalBytes(event.descriptor));
    const { operation } = descriptor;
    const result = events.find((one) => one.type === 'result' && one.proposal === event.seq && one.outcome === 'done');
    if (operation.op !== 'sign' || operation.kind !== 'crl' || operation.key !== key || !result) continue;
    yield { tbs: parseTbsCertList(payloadIn(pack, descriptor, event.seq) as Uint8Array), done: result.seq };
  }
}

/** The event, which must be the one that the chain holds. */
function proposedIn(pack: Pack, seq: number, folder: string): Shape {
  const lines = pack.eventLines();
  const line = lines[seq - 1];
  const proposals = lines.filter(({ event }) => event?.type === 'proposed').map(({ number }) => number);
  const hint = `its proposals are ${proposals.join(', ') || 'none'}`;
  if (!line) throw new CeremonyError('PROPOSAL_UNKNOWN', `"${folder}" has ${lines.length} events, no ${seq}`, { hint });
  if (line.problem) throw line.problem;
  if (line.event?.type !== 'proposed') {
    const what = line.event ? `"${line.event.type}"` : 'withheld';
    throw new CeremonyError('PROPOSAL_UNKNOWN', `event ${seq} of "${folder}" is ${what}, no proposal`, { hint });
  }
  const { line: link } = pack.chainLines()[seq - 1] ?? {};
  if (link?.seq !== seq || line.event.seq !== seq || link.leaf !== sha256(line.bytes))
    throw new CeremonyError(CODE, `event line ${seq} is not the one that ${PATH.chain} holds`);
  return new Shape(line.event as unknown as ConstructorParameters<typeof Shape>[0], CODE, `event line ${seq}`);
}

function payloadIn(pack: Pack, { operation }: Descriptor, seq: number): Uint8Array | null {
  const approved = payloadOf(operation);
  if (!approved) return null;
  const path = approvalPayloadPath(seq);
  const payload = pack.need(path);
  const { sha256: named, size } = approved;
  if (sha256(payload) !== named || payload.length !== size) {
    throw new CeremonyError(
      'PAYLOAD_DIGEST',
      `"${path}" has SHA-256 ${sha256(payload)} and ${payload.length} bytes; the descriptor says ${named} and ${size}`,
    );
  }
  return payload;
}
