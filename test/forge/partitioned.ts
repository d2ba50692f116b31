import { readFileSync } from 'node:fs';

/* A root whose CRL is of one partition, which no certificate of the forge names: the first one, and the one after it. */

const FOLLOWING = new URL('following.yaml', import.meta.url);
const PARTITION = 'partition: { uri: "http://pki.example.com/other.crl" }';

/** The script of the forge, with a CRL of the partition in the place of the complete one. */
export function partitionedScript(text: string): string {
  return text
    .replace('rules: [rfc5280, cabf-tls]', 'rules: [rfc5280]')
    .replace('first: true,', `first: true, ${PARTITION},`);
}

/** The script of the yearly CRL, of the same partition. */
export function nextPartitionScript(): string {
  return readFileSync(FOLLOWING, 'utf8')
    .replace('rules: [rfc5280, cabf-tls]', 'rules: [rfc5280]')
    .replace('previous: last-crl,', `previous: last-crl, ${PARTITION},`)
    .replace('crl: latest, of: example-root-g1', `crl: latest, of: example-root-g1, ${PARTITION}`);
}
