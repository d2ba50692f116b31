import type { CrlScope } from '../x509/crl-scope.ts';

/*
 * Where a CA may sign partitioned CRLs in place of complete ones: RFC 5280 §5.2.5 leaves that to profiles.
 */

/** Rule pack → the clause that wants a partition to be named by its URI; undefined where the pack leaves that open. */
const PERMITS: Readonly<Record<string, string | undefined>> = {
  rfc5280: undefined,
  private: undefined,
  'cabf-tls': 'TLS BR 2.2.6 §7.2.2.1',
  mozilla: 'MRSP 3.1 §6.1.2',
};

/**
 * Why a script that claims these packs signs no CRL of that partition.
 * @returns undefined where it may
 */
export function partitionRefusedBy(rules: readonly string[], { uri }: CrlScope): string | undefined {
  const other = rules.find((name) => !Object.hasOwn(PERMITS, name));
  if (other !== undefined)
    return `the script claims "${other}", which does not provide for partitioned CRLs (RFC 5280 §5.2.5 leaves them to a profile)`;
  const named = rules.find((name) => PERMITS[name] !== undefined);
  return named === undefined || uri !== undefined
    ? undefined
    : `the script claims "${named}", under which a partition is named by the URI of its CRL (${PERMITS[named]})`;
}
