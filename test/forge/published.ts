/** The yearly CRL as crypto officers write it, but for what is newly revoked. @param script the example */
export function withoutRevocations(script: string): string {
  return script
    .split('\n')
    .filter((line) => !/^ {2}revocations:|id: read-revocations/.test(line))
    .join('\n')
    .replace('revoke: revocations, ', '');
}
