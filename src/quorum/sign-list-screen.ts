import { parseTbsCertificate } from '../x509/certificate.ts';
import { type Field, layoutLines } from '../x509/layout.ts';
import { certificateFields } from '../x509/render.ts';
import type { Operation } from './operation.ts';
import { bytesOf, type ToBeSigned, toBeSigned } from './sign-list.ts';

/** A field, and everything that tells it from another: the headings that it stands under, its label and its value. */
interface Placed {
  readonly field: Field;
  readonly headings: readonly Field[];
  readonly name: string;
}

/** Said of each item by its head, or by a digest. */
const LEFT_OUT = ['SHA-256 to be signed', 'key bytes'];
/** Whose certificate it is, which, for how long and for which key is said of each, even where all have the same. */
const OF_EACH = ['Serial number', 'Not before', 'Not after', 'Subject', 'Public key'];
/** But not of each again which kind of key it is, in bytes. */
const ALGORITHM = 'algorithm bytes';

/**
 * What people read of a list: once what all certificates have alike, then of each its file and whatever it has of its
 * own. Nothing is left out that one certificate alone would show but the bytes of its key, whose digest stands there.
 * @param payload null where it is not at hand: then the items' digests
 * @throws CeremonyError DER_INVALID, PAYLOAD_DIGEST
 */
export function signListLines(operation: Operation, payload: Uint8Array | null): string[] {
  const items = toBeSigned(operation);
  const head = (one: ToBeSigned) =>
    `${String(one.index + 1).padStart(4)} of ${items.length}  ${one.out}, ${one.payload.size} bytes`;
  if (!payload) return ['', ...items.flatMap((one) => [head(one), `      SHA-256 ${one.payload.sha256}`]), ''];
  const shown = items.map((one) => placed([...certificateFields(parseTbsCertificate(bytesOf(one, payload)))]));
  const common = inAll(shown);
  const isCommon = ({ name }: Placed) => common.has(name);
  return [
    '',
    ...(common.size === 0 ? [] : ['WHAT ALL OF THEM HAVE', ...rows((shown[0] ?? []).filter(isCommon)), '']),
    'WHAT EACH OF THEM HAS',
    ...items.flatMap((one, index) => [
      '',
      head(one),
      `      SHA-256 to be signed ${inShort(one.payload.sha256)}`,
      ...rows((shown[index] ?? []).filter((field) => !isCommon(field))),
    ]),
    '',
  ];
}

/** Eight bytes of a digest; the descriptor, whose own is approved, has it whole. */
function inShort(digest: string): string {
  return `${(digest.slice(0, 16).match(/.{4}/g) ?? []).join(' ')} …`;
}

function placed(fields: readonly Field[]): Placed[] {
  const open: Field[] = [];
  const seen = new Map<string, number>();
  return fields.flatMap((field) => {
    open.length = Math.min(open.length, field.depth);
    const headings = [...open];
    open[field.depth] = field;
    if (LEFT_OUT.includes(field.label)) return [];
    const path = JSON.stringify([...headings.map(({ label }) => label), field.label, field.value ?? null]);
    const times = (seen.get(path) ?? 0) + 1;
    seen.set(path, times);
    return [{ field, headings, name: `${times} ${path}` }];
  });
}

/** Names of the fields that every one of them has, in one order; none where their order differs. */
function inAll(all: readonly (readonly Placed[])[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const fields of all) for (const { name } of fields) counts.set(name, (counts.get(name) ?? 0) + 1);
  const isOfEach = ({ field, headings }: Placed) =>
    field.label !== ALGORITHM &&
    [...headings, field].some(({ depth, label }) => depth === 1 && OF_EACH.includes(label));
  const orders = all.map((fields) =>
    fields.filter((one) => counts.get(one.name) === all.length && !isOfEach(one)).map(({ name }) => name),
  );
  const [first = []] = orders;
  return new Set(orders.every((order) => order.join('\n') === first.join('\n')) ? first : []);
}

/** Each below its headings, which are repeated where a part of what they head is shown elsewhere. */
function rows(fields: readonly Placed[]): string[] {
  const open: Field[] = [];
  return [
    ...layoutLines(
      fields.flatMap(({ field, headings }) => {
        // The document's own heading says nothing of an item.
        const news = headings.filter((heading, depth) => depth > 0 && open[depth] !== heading);
        open.splice(0, open.length, ...headings, field);
        return [...news.map(({ depth, label }) => ({ depth, label, value: undefined })), field];
      }),
    ),
  ];
}
