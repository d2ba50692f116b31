import { createPrivateKey, createPublicKey } from 'node:crypto';
import { sha256 } from '../../src/base/digest.ts';
import { modulusOf } from '../../src/pki/rsa-weakness.ts';
import { readWeakKeys, type WeakKeys, weakKeyLine } from '../../src/pki/weak-keys.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { requestOf, spkiOf } from '../pki/requests.ts';
import { FILE, INBOX, withInbox, withRequest } from './intake.ts';
import type { RecordOptions } from './record.ts';

/* A root generation in which a request with an RSA key comes in, and the site names a list of weak keys. */

const KEY = `-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCmFjSEULLirWAd
JThhZnNeg7jd0Hs48KXg1DYAucuJQllI5QR7Q5XleD7LU6J9VPL8Shf1sYSZXxlV
CxazoMMkqrqHuQ5yHFm0ZKuZmCuwe4cQh9cj5WTNJ+Ijvh1m3U6ofrq2sBsW324h
h7GO9cSpluayrDXfWcS3aJWY4U2jLgFURYKLsi2FJgEOVvBDOWXqbR06ILM/h++Q
Ja3Fbp3N0ASXzCNUWQri42O+FLgnL8QDo9dVMJjzHS00mwGLDEkh8euT1eDgV9Sd
mpiRYe9MtKpJG+B8i3pvQx+u3glB+TsSSRnriSOxg2guG8BQ7ZMjNXhUhRi3tdW0
VEcA1lAJAgMBAAECgf9tA9HvPZsyCCoSOIr1B2E87ALVm+tSYKw9wVYTkZc0wWv6
20/1IvEVCq+6aEoW9sJ0Bn27g5RNJz9Q4ZMESX1K2sI1Ryayoy8pl6xyVr/ULLsd
tnHgqQTOLR8xXSa8edY08NPCAvjDX7ZrpNE9uWZqIHhJfCWEC0kciq6SFdYgS7x4
MhbqZnutdsOfpvt57uLnsswa/g46TNUud0IWCRUmwCwJvOwn1wOWIGq3/7HuDit+
ZzuLmqEg+SzSJXJ8EdJqc/R3wcS8B3PqSecW+eVD6+3O3JqYp/h6rL+o8yyFVVW7
INw6px353gi2d/T3IuJygMaJfk3QgUUHhxXImNcCgYEA1ttejSru1WhlmduCP1Xc
OpUDPzOzoD5JM23mZdTnMU16BgbRUDGIBvBRCD0Dg74+yXO6SxsIX++nFHUywTIh
u4l09sW83omGhKjTqCoBmqaai9Y27qk56YWkLiSkoKzgvI2AX/2ZWA8ktjfG+uJd
LDFzLmkwviWWGsPXqzxGF3sCgYEAxeQLLVT23eyjeXJOcCOCvfuWUB9qcvUe6gq0
BlcrLMTfelC7g1LmJvfBhPbRQlphRIJxt4zZnojaMH2sD0voYMTq/eV/fEGA7gHS
mHBe5BrhiK/oPUT9r5B6YLRQlJJpUoJHyQp5retBtaww/o9FokV8cg5KoIEnsB+J
ZKuFnUsCgYEAs7+a/qcoYEmSloFaGfqO4EPCD6IFaM4zF1+eHRtcv5Z9u4UAoAKQ
Np3ebPH+er0ycf7rn+Hhw8EPGsJhz9dM+UQqIjmTpOmRLHLBgDKEXQl8yfhQxKG2
3XL8w83MHNAExDntaGEVZOJmaDuJsGKoaEyGfBFswedYCNRHHe6zBPkCgYEAg14Z
lWRb5YMcGpkpPQQ13MzRQis4zUuv1Ap66+KeBMBE4rwJXup/YssCKrR2wiehfoth
1kmohbevsJUczaLEhsjyfs4FTYVmg5muJggi1iaKJeUwtMvB5PRyaRQKkjaHuIBI
C0vq7uvH2USP2c1empSqQkT+gYJ7yE2HNc8vifUCgYAZnWcX5uz46oSuvtLYQ+MH
WlDqoEiEIGQovbdaIqgBVK76Nj+DYrBmSTHCS/MSfnWrTMxApsumXl8i5FcVdLNl
bLvZnDCxQADTI4cgAEGWEuwoC6tIfZe2Swkx69V1Mvu5NahDIMgtgF3PelAgIF8o
HbDhKBb1hyetJdr6Xmhv+Q==
-----END PRIVATE KEY-----
`;

/** The key of the request: RSA 2048, the same in every run. */
export const RSA_PAIR = (() => {
  const privateKey = createPrivateKey(KEY);
  return { privateKey, publicKey: createPublicKey(privateKey) };
})();

export const RSA_REQUEST = requestOf({ key: RSA_PAIR });

/** The line of that key. */
export const RSA_LINE = weakKeyLine(modulusOf(parseSpki(spkiOf(RSA_PAIR))) ?? 0n);

export function listOf(...lines: readonly string[]): WeakKeys {
  const read = readWeakKeys(Buffer.from(['# weak keys', ...lines, ''].join('\n')));
  if ('fault' in read) throw new Error(read.fault);
  return read.list;
}

/** It has not that key. */
export const LIST = listOf('00000123456789abcdef', '3c430072d96e4a1e1809', 'ffffffffffffffffffff');

export function withRsaRequest(script: string): string {
  return withRequest(script).replace('key: ecdsa-p384, on: inbox', 'key: rsa-2048, on: inbox');
}

/** The site names that list. */
export function withList(site: string, list: WeakKeys): string {
  return site.replace(
    'media:\n',
    `weak-keys: { file: weak-keys.txt, sha256: ${list.sha256}, entries: ${list.entries} }\nmedia:\n`,
  );
}

/** @param files on the medium: what is put there meanwhile is there. @param list that the site names, and that is at hand */
export function lookedUp(
  files: Map<string, Uint8Array> = new Map([[FILE, RSA_REQUEST]]),
  list: WeakKeys = LIST,
): RecordOptions {
  return {
    vault: true,
    script: withRsaRequest,
    site: (text) => withList(withInbox(text), list),
    brought: new Map([[INBOX, files]]),
    references: { 'request-spki': sha256(spkiOf(RSA_PAIR)) },
    weakKeys: list,
  };
}
