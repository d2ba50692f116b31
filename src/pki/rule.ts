import type { Octets } from '../base/octets.ts';
import type { Certificate, CertificateList } from '../x509/model.ts';
import type { CertificateSubject, CrlSubject, OcspSubject } from './lint-subject.ts';

/** `error` for MUST, `warning` for SHOULD and NOT RECOMMENDED, `notice` for what people ought to look at. */
export type Severity = 'error' | 'warning' | 'notice';

/** What a certificate is judged by besides its bytes. */
export type CertificateContext = {
  /** When it will be, or was, signed: `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly plannedAt: string;
} & (
  | { readonly kind: 'root-ca' }
  | {
      readonly kind: 'subordinate-ca' | 'ocsp-responder';
      /** The certificate of the CA that signs. */
      readonly issuer: Certificate;
    }
  | {
      readonly kind: 'cross-certificate';
      readonly issuer: Certificate;
      /** The certificate of the same name and key that this one stands beside. */
      readonly existing: Certificate;
    }
);

export type CertificateKind = CertificateContext['kind'];

/** What a CRL is judged by besides its bytes. */
export interface CrlContext {
  /** A full CRL of a root: whatever it lists is a CA certificate. */
  readonly kind: 'root-crl';
  readonly plannedAt: string;
  /** The CA's certificate. */
  readonly issuer: Certificate;
  /** The CRL before this one, or what a complete one and a delta CRL after it say together; undefined for the first. */
  readonly previous: CertificateList | undefined;
  /** Of a delta CRL: the complete one that it starts from. */
  readonly base?: CertificateList | undefined;
  /** The delta CRL that is in `previous`, where one is. */
  readonly delta?: CertificateList | undefined;
}

/** What an OCSP response is judged by besides its bytes. */
export interface OcspContext {
  /** Given beforehand, about CA certificates. */
  readonly kind: 'ocsp-response';
  readonly plannedAt: string;
}

interface RuleHead {
  /** `<pack>/<name>`; its file is `rules/<pack>/<name>.ts`. Never reused for another rule. */
  readonly id: string;
  /** What holds where the rule is kept, one clause of a sentence. */
  readonly title: string;
  /** Where it is written: `RFC 5280 §4.1.2.2`. */
  readonly clause: string;
  readonly severity: Severity;
  /** Raised when its check changes, so that the pack's digest does; 1 unless told. */
  readonly version?: number;
  /** Days (`YYYY-MM-DD`, UTC) of signing from which and through which it holds; without them always. */
  readonly effective?: { readonly from?: string; readonly until?: string };
  /** Ids of rules of other packs that no certificate can keep together with this one. Said by one of the two. */
  readonly conflicts?: readonly string[];
}

/** A rule over a certificate that has been read. */
export interface CertificateRule extends RuleHead {
  readonly appliesTo: 'certificate';
  /** Whether there is anything to check; always unless told. */
  readonly when?: (subject: CertificateSubject, context: CertificateContext) => boolean;
  /** What is wrong, one message each; empty where the rule is kept. */
  readonly check: (subject: CertificateSubject, context: CertificateContext) => readonly string[];
}

/** A rule over a CRL that has been read. */
export interface CrlRule extends RuleHead {
  readonly appliesTo: 'crl';
  readonly when?: (subject: CrlSubject, context: CrlContext) => boolean;
  readonly check: (subject: CrlSubject, context: CrlContext) => readonly string[];
}

/** A rule over an OCSP response that has been read. */
export interface OcspRule extends RuleHead {
  readonly appliesTo: 'ocsp-response';
  readonly when?: (subject: OcspSubject, context: OcspContext) => boolean;
  readonly check: (subject: OcspSubject, context: OcspContext) => readonly string[];
}

/** The whole document, or what of it is signed. */
export type DerPart = 'whole' | 'tbs';

/** A rule over bytes, before anything can be read. Where it is broken no other rule is asked. */
export interface CertificateDerRule extends RuleHead {
  readonly appliesTo: 'certificate-der';
  readonly check: (der: Uint8Array, part: DerPart) => readonly string[];
}

/** The same of a CRL, which need not be in memory. */
export interface CrlDerRule extends RuleHead {
  readonly appliesTo: 'crl-der';
  readonly check: (der: Octets, part: DerPart) => readonly string[];
}

export type Rule = CertificateRule | CrlRule | OcspRule | CertificateDerRule | CrlDerRule;

/** A dated policy: its rules, each with its clause. */
export interface RulePack {
  readonly name: string;
  /** Of the document that it is drawn from. */
  readonly version: string;
  readonly title: string;
  /** Packs that it adds to, and without which it is not complete. */
  readonly needs: readonly string[];
  /** Sorted by id. */
  readonly rules: readonly Rule[];
}

/** Keeps the parameter types of `check` bound to `appliesTo`. */
export function defineRule(rule: CertificateRule): CertificateRule;
export function defineRule(rule: CrlRule): CrlRule;
export function defineRule(rule: OcspRule): OcspRule;
export function defineRule(rule: CertificateDerRule): CertificateDerRule;
export function defineRule(rule: CrlDerRule): CrlDerRule;
export function defineRule(rule: Rule): Rule {
  return rule;
}
