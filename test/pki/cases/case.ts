import type { CertificateContext, CrlContext } from '../../../src/pki/rule.ts';

/** What breaks one rule, and what keeps it although it could break it. */
export interface CertificateCase {
  readonly rule: string;
  readonly fails: Uint8Array;
  /** The one message of that rule, exactly. */
  readonly message: string;
  /** The whole and sound certificate of that kind unless told. */
  readonly passes?: Uint8Array;
  /** A new root's unless told. */
  readonly context?: CertificateContext;
  /** Where it is the context that breaks the rule: one in which it is kept. */
  readonly passesIn?: CertificateContext;
}

export interface OcspCase {
  readonly rule: string;
  /** ResponseData. */
  readonly fails: Uint8Array;
  readonly message: string;
  readonly passes: Uint8Array;
}

export interface CrlCase {
  readonly rule: string;
  readonly fails: Uint8Array;
  readonly message: string;
  /** The first, empty CRL unless told. */
  readonly passes?: Uint8Array;
  readonly context?: CrlContext;
  /** Where it is the context that breaks the rule: one in which it is kept. */
  readonly passesIn?: CrlContext;
}
