import type { CrlScope } from '../x509/crl-scope.ts';

/*
 * Where a CA may sign partitioned CRLs in place of complete ones: RFC 5280 §5.2.5 leaves that to profiles, and §5 no program has to
 * understand them. So each rule pack stands here with what its text says; one that does not was not read for it.
 */

interface Provision {
  /** Where the text speaks of a CRL that is of a part, or else of CRLs. */
  readonly clause: string;
  /** Whether it wants a partition to be named by the URI of its CRL. */
  readonly named: boolean;
}

const PROVISIONS: Readonly<Record<string, Provision>> = {
  rfc5280: { clause: 'RFC 5280 §5.2.5', named: false },
  // A private hierarchy answers to nobody who could ask for more.
  private: { clause: 'RFC 5280 §5.2.5', named: false },
  // "a set of partitioned CRLs which cover the complete set" (§7.2), each with a fullName of URIs that its certificates have.
  'cabf-tls': { clause: 'TLS BR 2.2.6 §7.2.2.1', named: true },
  // Its issuingDistributionPoint has the URL that is disclosed in the CCADB.
  mozilla: { clause: 'MRSP 3.1 §6.1.2', named: true },
  // It takes the TLS BR as they are (§1), and has no clause of its own on CRLs: what §7.2.2.1 there says goes.
  chrome: { clause: 'CRP 1.6 §1, TLS BR 2.2.6 §7.2.2.1', named: true },
  // By way of the CCADB's array of partitioned CRLs, whose URLs the issuingDistributionPoints have. Read second hand.
  apple: { clause: 'Apple Root Program 2.0 §2.1.2, CCADB Policy §6.2', named: true },
  // "either full CRL or partitioned CRL": each of 10 MB at most, it recommends.
  microsoft: { clause: 'MSTRP 1.2 §3.2.3 c', named: false },
  // Of a CRL's scope both say nothing: what RFC 5280 leaves open stays open. That a revoked serial number of code signing stays on
  // the CRL ten years beyond the certificate holds in a partition too, which never leaves an entry out.
  'cabf-smime': { clause: 'S/MIME BR 1.0.10 §7.2', named: false },
  'cabf-cs': { clause: 'CSBR 3.10 §7.2', named: false },
};

/**
 * Why a script that claims these packs signs no CRL of that partition.
 * @returns undefined where it may
 */
export function partitionRefusedBy(rules: readonly string[], { uri }: CrlScope): string | undefined {
  const other = rules.find((name) => !Object.hasOwn(PROVISIONS, name));
  if (other !== undefined)
    return `the script claims "${other}", which does not provide for partitioned CRLs (RFC 5280 §5.2.5 leaves them to a profile)`;
  const named = rules.find((name) => PROVISIONS[name]?.named);
  return named === undefined || uri !== undefined
    ? undefined
    : `the script claims "${named}", under which a partition is named by the URI of its CRL (${PROVISIONS[named]?.clause})`;
}
