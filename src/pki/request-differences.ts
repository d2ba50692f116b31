import type { CertificationRequest } from '../x509/certification-request.ts';
import { type Field, layoutLines } from '../x509/layout.ts';
import { nameFields } from '../x509/render-fields.ts';
import { wishFields } from '../x509/render-request.ts';

/** As many as people can be expected to hear read aloud. */
export const MAX_DIFFERENCES = 100;

/**
 * What a request asks for and will not get: all but its key, in lines of at most 80 columns, foreign text escaped.
 * @param whole where all of it can be read: what is beyond the bound is counted
 */
export function differencesOf(request: CertificationRequest, whole: string): string[] {
  const lines = [...layoutLines(wishes(request))];
  const left = lines.length - MAX_DIFFERENCES;
  return left <= 0
    ? lines
    : [...lines.slice(0, MAX_DIFFERENCES), `and ${left} more lines, which are in ${whole}: the request asks for much`];
}

/** All that it asks for but its key, without what it does not ask for. */
export function requestWishes(request: CertificationRequest): Field[] {
  return [...wishes(request)].filter(({ depth, value }) => depth > 0 || value === undefined);
}

/** Whether there is a subject, are extensions and are other attributes at all, is said at depth 0 with a value. */
function* wishes(request: CertificationRequest): Generator<Field> {
  yield* nameFields(0, 'Subject asked for', request.subject);
  yield* wishFields(0, request);
}
