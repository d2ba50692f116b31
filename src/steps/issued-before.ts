import { canonicalBytes } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { hierarchyProblems, type Member, memberOf } from '../plan/hierarchy.ts';
import { partitionUris } from '../plan/partitions-planned.ts';
import type { RunContext } from '../plan/step-type.ts';
import { readDescriptor } from '../quorum/operation.ts';
import { bytesOf, toBeSigned } from '../quorum/sign-list.ts';
import { parseCertificate, parseTbsCertificate } from '../x509/certificate.ts';
import { currentCrls } from '../x509/constructed-crl.ts';
import { parseCrl } from '../x509/crl.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';

/** What this CA has issued before, as the pack carries it, and what it has proposed in this ceremony: read once for all that is proposed at a time. */
export interface IssuedBefore {
  /** Serial number in hex → what has it. */
  readonly serials: Map<string, string>;
  /** Certificates of earlier ceremonies. */
  readonly members: readonly Member[];
  /** What the newest CRLs of earlier ceremonies say is revoked. */
  readonly crls: readonly CertificateList[];
  /** URIs of the partitions of which there is a CRL, or of which this ceremony signs one. */
  readonly partitions: readonly string[];
}

export async function issuedBefore({ pack, ceremony }: RunContext<'pack'>): Promise<IssuedBefore> {
  const serials = new Map<string, string>();
  const note = (serial: string, where: string) => {
    if (!serials.has(serial)) serials.set(serial, where);
  };
  for (const event of ceremony.events()) {
    if (event.type !== 'proposed' || event.payload === null || event.descriptor['kind'] !== 'certificate') continue;
    const payload = await pack.read(event.payload);
    const { operation } = readDescriptor(canonicalBytes(event.descriptor));
    for (const one of toBeSigned(operation))
      note(parseTbsCertificate(bytesOf(one, payload)).serial.hex, `event ${event.seq}`);
  }
  const members: Member[] = [];
  const crls: CertificateList[] = [];
  for (const path of await pack.list()) {
    if (path.startsWith('previous/crls/')) crls.push(parseCrl(await pack.open(path), path));
    if (!path.startsWith('previous/certificates/')) continue;
    const member = memberOf(path, parseCertificate(await pack.read(path)));
    members.push(member);
    note(member.certificate.serial.hex, `"${path}"`);
  }
  const newest = currentCrls(crls);
  return { serials, members, crls: newest, partitions: partitionUris(ceremony.plan, newest) };
}

/**
 * Takes a serial number, for what is called so. Among what this CA has proposed here or signed before, a random number that
 * comes again tells of a generator that cannot be trusted.
 * @throws CeremonyError HSM_RANDOM
 */
export function takeSerial(serial: Uint8Array, what: string, { serials }: Pick<IssuedBefore, 'serials'>): void {
  const hex = Buffer.from(serial).toString('hex');
  const where = serials.get(hex);
  if (where !== undefined)
    throw new CeremonyError(
      'HSM_RANDOM',
      `the HSM's random number gives the serial number ${hex}, and ${where} has it`,
      { hint: 'stop: whatever else this HSM has generated is in doubt' },
    );
  serials.set(hex, what);
}

/**
 * A key, its subject and its identifier belong together, in all that the CA has issued: a verifier holds a certificate to
 * every one that the pack carries, whether the script uses it or not.
 * @param asked those that are proposed at a time, with what to call each; their signatures are not there yet
 * @throws CeremonyError LINT_FAILED
 */
export function holdFit(
  asked: ReadonlyMap<string, Certificate>,
  at: string,
  { members, crls, partitions }: Pick<IssuedBefore, 'members' | 'crls' | 'partitions'>,
): void {
  const made = [...asked].map(([name, certificate]) => ({ ...memberOf(name, certificate), signedAt: at }));
  const problems = hierarchyProblems([...members, ...made], crls, partitions);
  if (problems.length === 0) return;
  throw new CeremonyError(
    'LINT_FAILED',
    `the certificate does not fit what this CA has issued: ${problems.map(({ message }) => message).join('; ')}`,
    { hint: 'nothing is signed: the script, or what was brought, has to be another' },
  );
}
