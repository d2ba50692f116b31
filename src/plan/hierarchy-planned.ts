import { sha256 } from '../base/digest.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { currentCrls } from '../x509/constructed-crl.ts';
import { parseCrl } from '../x509/crl.ts';
import { subjectKeyIdentifier } from '../x509/extensions.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import { deriveKeyIdentifier, parseSpki } from '../x509/public-key.ts';
import type { HierarchyProblem, Member } from './hierarchy.ts';
import { chainOf } from './known.ts';
import type { Plan, PlannedUse } from './plan.ts';
import { stepsOf } from './plan.ts';
import type { World } from './world.ts';

/*
 * The hierarchy that a plan would make: stand-ins for what it issues beside the certificates that it uses.
 */

/** What this pack carries of earlier ceremonies, used or not, by its path in it; empty where no previous pack is known. */
export type Carried = ReadonlyMap<string, Uint8Array>;

/** Where in its step each thing stands. */
export const PLACES: { readonly [of in HierarchyProblem['of']]: readonly string[] } = {
  subject: ['with', 'subject'],
  profile: ['with', 'profile'],
  issuer: ['with', 'issuer'],
  existing: ['with', 'existing'],
  changes: ['with', 'changes'],
  'not-before': ['with', 'not-before'],
  'not-after': ['with', 'not-after'],
  serial: ['step'],
  out: ['out'],
};

function usesOf<K extends PlannedUse['kind']>({ uses = {} }: Pick<Plan, 'uses'>, kind: K) {
  return Object.entries(uses).filter(
    (entry): entry is [string, Extract<PlannedUse, { readonly kind: K }>] => entry[1].kind === kind,
  );
}

/** Certificates of earlier ceremonies, by the script's name for them. */
export function usedCertificates(plan: Pick<Plan, 'uses'>, carried: Carried): [string, Certificate][] {
  return usesOf(plan, 'certificate').flatMap(([name, { path }]) => {
    const der = carried.get(path);
    return der ? [[name, parseCertificate(der, path)]] : [];
  });
}

/** What the newest CRLs of the CAs say that earlier ceremonies made, whether the script names them or not: what is revoked. */
export function carriedCrls(carried: Carried): readonly CertificateList[] {
  return currentCrls(
    [...carried].flatMap(([path, der]) => (path.startsWith('previous/crls/') ? [parseCrl(der, path)] : [])),
  );
}

/** Certificates of earlier ceremonies that the script has no name for: a verifier holds what is new to them too. */
function unused(plan: Pick<Plan, 'uses'>, carried: Carried): Member[] {
  const named = new Map(usesOf(plan, 'certificate').map(([name, { path }]) => [path, name]));
  const all = [...carried]
    .filter(([path]) => path.startsWith('previous/certificates/'))
    .map(([path, der]) => ({ path, name: named.get(path) ?? path, certificate: parseCertificate(der, path) }));
  const bySubject = new Map(all.toReversed().map(({ name, certificate }) => [hexOf(certificate.subject.der), name]));
  return all.flatMap(({ path, name, certificate }) => {
    if (named.has(path)) return [];
    const { subject, issuer, spki, serial, extensions } = certificate;
    const isOwn = hexOf(subject.der) === hexOf(issuer.der);
    const above = bySubject.get(hexOf(issuer.der)) ?? null;
    return [
      {
        ...{ name, certificate, key: sha256(spki.der), keyIdentifier: hexOf(subjectKeyIdentifier(extensions)) },
        ...{ serial: serial.hex, issuer: isOwn ? name : above, signedAt: null, out: null },
      },
    ];
  });
}

export interface DraftMembers {
  readonly plan: Plan;
  readonly world: Pick<World, 'certificates'>;
  readonly carried?: Carried;
}

/**
 * Those of earlier ceremonies first, then those of this ceremony in the order in which they are signed.
 * @param there certificates of both by name: a stand-in for what there is no key for yet
 * @param at when the new ones are signed, UTC
 */
export function membersOf(
  { plan, world, carried = new Map() }: DraftMembers,
  there: ReadonlyMap<string, Certificate>,
  at: string,
): Member[] {
  const certificates = usesOf(plan, 'certificate');
  const members: Member[] = certificates.flatMap(([name, { spkiSha256, signedBy }]) => {
    const certificate = there.get(name);
    if (!certificate) return [];
    const issuer = signedBy === spkiSha256 ? name : (chainOf(plan, name)[1] ?? null);
    const { serial, extensions } = certificate;
    const keyIdentifier = hexOf(subjectKeyIdentifier(extensions));
    return [
      { name, certificate, key: spkiSha256, keyIdentifier, serial: serial.hex, issuer, signedAt: null, out: null },
    ];
  });
  members.push(...unused(plan, carried));
  // What strangers brought stands among them, once something of this ceremony stands beside it.
  for (const name of Object.keys(plan.inputs ?? {})) {
    const certificate = there.get(name);
    if (certificate && !world.certificates.has(name)) members.push(memberOfInput(name, certificate));
  }
  const usedKeys = new Map(usesOf(plan, 'key'));
  const named = new Map(members.toReversed().map((member) => [member.name, member]));
  const outs = new Map(stepsOf(plan).map((step) => [step.key, step.out]));
  for (const { name, key, issuer, existing, changes, step } of world.certificates.values()) {
    const certificate = there.get(name);
    if (!certificate || step === null) continue;
    const used = key === null ? undefined : usedKeys.get(key);
    const besides = existing === undefined ? undefined : named.get(existing);
    const member: Member = {
      name,
      certificate,
      key: used?.spkiSha256 ?? key ?? besides?.key ?? `of ${name}`,
      keyIdentifier:
        besides?.keyIdentifier ??
        (used && used.spki !== '' ? hexOf(deriveKeyIdentifier(parseSpki(Buffer.from(used.spki, 'base64')))) : null),
      serial: null,
      issuer: issuer ?? name,
      ...(existing === undefined ? {} : { existing }),
      ...(changes === undefined ? {} : { changes }),
      signedAt: at,
      out: outs.get(step) ?? null,
    };
    members.push(member);
    if (!named.has(name)) named.set(name, member);
  }
  return members;
}

function memberOfInput(name: string, certificate: Certificate): Member {
  const { spki, extensions } = certificate;
  const keyIdentifier = hexOf(subjectKeyIdentifier(extensions));
  return {
    ...{ name, certificate, key: sha256(spki.der), keyIdentifier, serial: null },
    ...{ issuer: null, signedAt: null, out: null },
  };
}

function hexOf(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('hex');
}
