import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An activation allows at most 1,000 operations: so many certificates, beside what the script has there anyway, in each. */
const IN_ONE_ACT = 500;

/**
 * The shipped ceremony that signs one CA, made to sign so many: each has a request of its own that is read and compared, and
 * is issued by a step of its own.
 * @param top of the repository
 */
export function manySingleSteps(top: string, count: number): string {
  const text = readFileSync(join(top, 'ceremonies', 'intermediate-signing.yaml'), 'utf8');
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const step = cut(text, '      - id: tls-ca-1\n', '      - { id: crl,');
  const issued = (these: readonly number[]) =>
    these
      .map((at) =>
        replaced(step, [
          ['tls-ca-1', `tls-ca-${at}`],
          ['TLS CA 1', `TLS CA ${at}`],
          ['request: request', `request: request-${at}`],
        ]),
      )
      .join('');
  const act = cut(text, '  - title: Certificate and CRL\n', '  - title: Judgement');
  const acts = Array.from({ length: Math.ceil(count / IN_ONE_ACT) }, (_, index) => {
    const these = numbers.slice(index * IN_ONE_ACT, (index + 1) * IN_ONE_ACT);
    const isLast = (index + 1) * IN_ONE_ACT >= count;
    const own = isLast
      ? act
      : replaced(act, [
          [cut(act, '      - { id: crl,', '      - { id: lock,'), ''],
          [', crl]', ']'],
        ]);
    return replaced(own, [
      [step, issued(these)],
      ['[hsm-full, tls-ca-1', `[hsm-full, ${these.map((at) => `tls-ca-${at}`).join(', ')}`],
      ['operations: 3', `operations: ${these.length + (isLast ? 2 : 1)}`],
      ...['agreed', 'hsm-full', 'lock'].map((id) => [`id: ${id},`, `id: ${id}-${index},`] as const),
      ['[hsm-full,', `[hsm-full-${index},`],
      ['Certificate and CRL', `Certificates, part ${index + 1}`],
    ]);
  });
  const input = cut(text, '  request: { type: csr', 'materials:\n');
  const read = cut(text, '      - { id: read-request,', '      - { id: letter');
  return replaced(text, [
    [act, acts.join('')],
    [cut(text, '      - { id: differences,', '  - title: Certificate and CRL'), ''],
    [input, numbers.map((at) => input.replace('request:', `request-${at}:`)).join('')],
    [
      read,
      numbers
        .map((at) =>
          replaced(read, [
            ['read-request', `read-${at}`],
            ['input: request', `input: request-${at}`],
            ['id: spki', `id: spki-${at}`],
            ['request.spki', `request-${at}.spki`],
          ]),
        )
        .join(''),
    ],
  ]);
}

function cut(text: string, from: string, until: string): string {
  const [start, end] = [text.indexOf(from), text.indexOf(until)];
  if (start < 0 || end < start)
    throw new Error(`the script has no ${JSON.stringify(from)} before ${JSON.stringify(until)}`);
  return text.slice(start, end);
}

/** Every occurrence, one change after another. */
function replaced(text: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the script has no ${JSON.stringify(from)}`);
    return changed.replaceAll(from, () => to);
  }, text);
}
