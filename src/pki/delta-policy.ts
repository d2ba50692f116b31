import type { Certificate } from '../x509/model.ts';
import { certificatePolicies } from '../x509/policies.ts';

/*
 * Where delta CRLs and holds have a place: in a hierarchy that answers to no public policy. RFC 5280 §5.2.4 leaves them to
 * profiles, and those of public hierarchies want CRLs that are complete, or partitioned, of what is revoked for good.
 */

/** Below it stand the policies of the Baseline Requirements (TLS BR 2.2.6 §7.1.6.1, S/MIME BR 1.0.10 §7.1.6.1). */
const CABF_POLICIES = '2.23.140.1.';

/**
 * Why a CA signs no delta CRL, or puts nothing on hold, by its own certificate: what a script claims is the script's word alone.
 * @returns undefined where its certificate has no such policy, as that of a root has none
 * @throws CeremonyError DER_INVALID
 */
export function refusedByIssuer(
  { extensions }: Pick<Certificate, 'extensions'>,
  what: 'delta' | 'hold',
): string | undefined {
  const policy = certificatePolicies(extensions)?.find(({ oid }) => oid.startsWith(CABF_POLICIES));
  if (!policy) return undefined;
  const thing = what === 'delta' ? 'delta CRL' : 'certificate on hold';
  return `the certificate of the CA has the policy ${policy.oid} of the CA/Browser Forum, under which there is no ${thing}`;
}

const PERMITS: readonly string[] = ['rfc5280', 'private'];

/** Rule pack → the clause that leaves no place for them; of others no clause speaks of them, and so nothing provides for them. */
const CLAUSES: Readonly<Record<string, { readonly delta: string; readonly hold: string }>> = {
  'cabf-tls': { delta: 'TLS BR 2.2.6 §7.2', hold: 'TLS BR 2.2.6 §7.2.2' },
  'cabf-smime': { delta: 'S/MIME BR 1.0.10 §7.2', hold: 'S/MIME BR 1.0.10 §7.2.2' },
};

/**
 * Why a script that claims these packs signs no delta CRL, or puts nothing on hold.
 * @returns undefined where it may
 */
export function refusedBy(rules: readonly string[], what: 'delta' | 'hold'): string | undefined {
  const pack = rules.find((name) => CLAUSES[name]) ?? rules.find((name) => !PERMITS.includes(name));
  if (pack === undefined) return undefined;
  const clause = CLAUSES[pack]?.[what];
  const thing = what === 'delta' ? 'a delta CRL' : 'a certificate on hold';
  return clause === undefined
    ? `the script claims "${pack}", which does not provide for ${thing} (RFC 5280 §${what === 'delta' ? '5.2.4' : '5.3.1'} leaves that to a profile)`
    : `the script claims "${pack}", under which there is no ${thing.replace(/^a /, '')} (${clause})`;
}
