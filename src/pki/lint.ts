import type { Sha256 } from '../base/digest.ts';
import type { Octets } from '../base/octets.ts';
import { parseCertificate, parseTbsCertificate } from '../x509/certificate.ts';
import { parseCrl, parseTbsCertList } from '../x509/crl.ts';
import type { TbsCertificate, TbsCertList } from '../x509/model.ts';
import { parseOcspResponse, parseOcspResponseData } from '../x509/ocsp-response.ts';
import { certificateSubject, crlSubject, type OcspSubject } from './lint-subject.ts';
import { packConflicts } from './pack-conflicts.ts';
import type {
  CertificateContext,
  CertificateRule,
  CrlContext,
  CrlRule,
  DerPart,
  OcspContext,
  OcspRule,
  Rule,
  RulePack,
  Severity,
} from './rule.ts';
import { isInForce, packDigest, RULE_PACKS } from './rule-packs.ts';
import type { Waiver } from './waivers.ts';

/** What is judged: a whole document, or only the part that will be signed. */
export type LintSubject =
  | { readonly certificate: Uint8Array }
  | { readonly tbsCertificate: Uint8Array }
  | { readonly crl: Octets }
  | { readonly tbsCertList: Octets }
  | { readonly ocspResponse: Uint8Array }
  | { readonly responseData: Uint8Array };

type Context = CertificateContext | CrlContext | OcspContext;

/** Every problem refuses, whatever its severity, unless it is waived. */
export interface LintProblem {
  /** `cabf-tls/root-validity`; `lint/…` for what is wrong with packs or waivers themselves. */
  readonly rule: string;
  readonly severity: Severity;
  readonly clause: string;
  readonly message: string;
}

export interface WaivedProblem extends LintProblem {
  readonly waiver: Waiver;
}

export interface UsedPack {
  readonly name: string;
  readonly version: string;
  /** Of the rules' ids, versions, clauses, severities and dates. */
  readonly digest: Sha256;
}

export interface LintResult {
  readonly problems: readonly LintProblem[];
  readonly waived: readonly WaivedProblem[];
  readonly packs: readonly UsedPack[];
}

/**
 * Judges a certificate, a CRL or an OCSP response by the rules of the named packs that hold at the planned time. Pure; a stand-in for
 * what does not exist yet is judged like the thing itself. A waiver that has lapsed is not applied.
 * @param packs names of `RULE_PACKS`
 * @throws CeremonyError DER_INVALID for bytes that cannot be read, when no named pack has a rule that says so
 */
export function lint(
  subject: { readonly certificate: Uint8Array } | { readonly tbsCertificate: Uint8Array },
  packs: readonly string[],
  context: CertificateContext,
  waivers?: readonly Waiver[],
): LintResult;
export function lint(
  subject: { readonly crl: Octets } | { readonly tbsCertList: Octets },
  packs: readonly string[],
  context: CrlContext,
  waivers?: readonly Waiver[],
): LintResult;
export function lint(
  subject: { readonly ocspResponse: Uint8Array } | { readonly responseData: Uint8Array },
  packs: readonly string[],
  context: OcspContext,
  waivers?: readonly Waiver[],
): LintResult;
export function lint(
  subject: LintSubject,
  packs: readonly string[],
  context: Context,
  waivers: readonly Waiver[] = [],
): LintResult {
  const problems = packProblems(packs);
  const used = packs.flatMap((name) => RULE_PACKS.get(name) ?? []);
  const rules = used.flatMap((pack) => pack.rules).filter((rule) => isInForce(rule, context.plannedAt));
  const waived: WaivedProblem[] = [];
  const { applied, found } = judge(subject, rules, context);
  for (const problem of found) {
    const waiver = waivers.find(({ rule, until }) => rule === problem.rule && context.plannedAt.slice(0, 10) <= until);
    if (waiver) waived.push({ ...problem, waiver });
    else problems.push(problem);
  }
  problems.push(...conflictProblems(applied, problems));
  return { problems, waived, packs: used.map(describePack) };
}

function describePack(pack: RulePack): UsedPack {
  return { name: pack.name, version: pack.version, digest: packDigest(pack) };
}

function packProblems(packs: readonly string[]): LintProblem[] {
  const problem = (message: string): LintProblem => ({ rule: 'lint/packs', severity: 'error', clause: '', message });
  if (packs.length === 0) return [problem('no rule pack is named')];
  return packs.flatMap((name) => {
    const pack = RULE_PACKS.get(name);
    if (!pack)
      return [problem(`there is no rule pack "${name}", expected one of ${[...RULE_PACKS.keys()].join(', ')}`)];
    return pack.needs
      .filter((needed) => !packs.includes(needed))
      .map((needed) => problem(`the rule pack "${name}" adds to "${needed}", which is not named`));
  });
}

/** A contradiction that is waived on one side is settled. */
function conflictProblems(applied: readonly Rule[], problems: readonly LintProblem[]): LintProblem[] {
  const broken = new Set(problems.map(({ rule }) => rule));
  return packConflicts(applied, broken).map(({ rules: [one, other], packs }) => ({
    rule: 'lint/conflict',
    severity: 'error',
    clause: '',
    message: `"${one}" and "${other}" contradict each other: nothing keeps both the packs ${packs.join(' and ')}`,
  }));
}

interface Judged {
  /** The rules that spoke of the subject. */
  readonly applied: readonly Rule[];
  readonly found: readonly LintProblem[];
}

function judge(subject: LintSubject, rules: readonly Rule[], context: Context): Judged {
  if ('certificate' in subject)
    return judgeCertificate(subject.certificate, 'whole', rules, context as CertificateContext);
  if ('tbsCertificate' in subject)
    return judgeCertificate(subject.tbsCertificate, 'tbs', rules, context as CertificateContext);
  if ('crl' in subject) return judgeCrl(subject.crl, 'whole', rules, context as CrlContext);
  if ('tbsCertList' in subject) return judgeCrl(subject.tbsCertList, 'tbs', rules, context as CrlContext);
  const response =
    'ocspResponse' in subject ? parseOcspResponse(subject.ocspResponse) : parseOcspResponseData(subject.responseData);
  return judgeResponse({ response }, rules, context as OcspContext);
}

function judgeCertificate(der: Uint8Array, part: DerPart, rules: readonly Rule[], context: CertificateContext): Judged {
  const broken = rules.flatMap((rule) =>
    rule.appliesTo === 'certificate-der' ? problemsOf(rule, rule.check(der, part)) : [],
  );
  if (broken.length > 0) return { applied: [], found: broken };
  const subject = certificateSubject(part === 'whole' ? parseCertificate(der) : asSigned(parseTbsCertificate(der)));
  const applied = rules.filter(
    (rule): rule is CertificateRule => rule.appliesTo === 'certificate' && rule.when?.(subject, context) !== false,
  );
  return { applied, found: applied.flatMap((rule) => problemsOf(rule, rule.check(subject, context))) };
}

function judgeCrl(der: Octets, part: DerPart, rules: readonly Rule[], context: CrlContext): Judged {
  const broken = rules.flatMap((rule) => (rule.appliesTo === 'crl-der' ? problemsOf(rule, rule.check(der, part)) : []));
  if (broken.length > 0) return { applied: [], found: broken };
  const subject = crlSubject(part === 'whole' ? parseCrl(der) : asSigned(parseTbsCertList(der)));
  const applied = rules.filter(
    (rule): rule is CrlRule => rule.appliesTo === 'crl' && rule.when?.(subject, context) !== false,
  );
  return { applied, found: applied.flatMap((rule) => problemsOf(rule, rule.check(subject, context))) };
}

function judgeResponse(subject: OcspSubject, rules: readonly Rule[], context: OcspContext): Judged {
  const applied = rules.filter(
    (rule): rule is OcspRule => rule.appliesTo === 'ocsp-response' && rule.when?.(subject, context) !== false,
  );
  return { applied, found: applied.flatMap((rule) => problemsOf(rule, rule.check(subject, context))) };
}

/** What will be signed, as if it were: no rule looks at a signature's bytes. */
function asSigned<T extends TbsCertificate | TbsCertList>(tbs: T) {
  return {
    ...tbs,
    der: tbs.tbs as T['tbs'],
    signatureAlgorithm: tbs.tbsSignatureAlgorithm,
    signature: new Uint8Array(),
  };
}

function problemsOf(rule: Rule, messages: readonly string[]): LintProblem[] {
  const { id, severity, clause } = rule;
  return messages.map((message) => ({ rule: id, severity, clause, message }));
}
