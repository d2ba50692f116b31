import { resolve } from 'node:path';
import { parseUtc } from '../base/dates.ts';
import { isSha256, NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { parseOptions } from './parse-options.ts';

/** What of a new authorization only people can say. */
export interface Wish {
  /** UTC, whole seconds; both ends are in the window. */
  readonly from: string;
  readonly until: string;
  readonly change: string;
  readonly ceremony: number;
  readonly previous: Sha256;
  readonly references: Readonly<Record<string, Sha256>>;
}

export interface AuthorizeArguments {
  readonly script: string;
  readonly site: string;
  /** Undefined: the authorization that is there is signed on. */
  readonly wish: Wish | undefined;
}

const HINT =
  'quorate authorize SCRIPT --site SITE --from UTC --until UTC --change TEXT [--ceremony N] [--previous SHA256] [--reference NAME=SHA256 ...], or quorate authorize SCRIPT --site SITE --sign';

/** @throws CeremonyError USAGE, DATE_INVALID */
export function readAuthorizeArguments(args: readonly string[]): AuthorizeArguments {
  const { values, positionals } = parseOptions('authorize', args, HINT);
  const [script, ...surplus] = positionals;
  const { site, sign, ...wishes } = values;
  if (script === undefined || surplus.length > 0 || site === undefined)
    throw usage('authorize wants one script and a site binding');
  const files = { script: resolve(script), site: resolve(site) };
  if (!sign) return { ...files, wish: readWish(wishes) };
  const [wished] = Object.keys(wishes);
  if (wished !== undefined) throw usage(`with --sign there is no --${wished}: the authorization that is there says it`);
  return { ...files, wish: undefined };
}

type Wishes = Omit<ReturnType<typeof parseOptions<'authorize'>>['values'], 'site' | 'sign'>;

function readWish({ from, until, change, ceremony = '1', previous, reference = [] }: Wishes): Wish {
  if (from === undefined || until === undefined || change === undefined)
    throw usage('a new authorization wants --from, --until and --change');
  for (const time of [from, until]) parseUtc(time);
  if (!/^[\x20-\x7e]{1,256}$/.test(change)) throw usage('the change record is one line of 1 to 256 ASCII characters');
  if (!/^[1-9]\d{0,5}$/.test(ceremony)) throw usage(`"${ceremony}" is no number of a ceremony, expected 1 to 999999`);
  const number = Number(ceremony);
  return {
    from,
    until,
    change,
    ceremony: number,
    previous: previousOf(number, previous),
    references: refer(reference),
  };
}

/** Forgetting the previous pack would begin a second history of the CA, so only the first ceremony may leave it out. */
function previousOf(ceremony: number, previous: string | undefined): Sha256 {
  if (previous !== undefined) requireDigest(previous);
  if (ceremony === 1) {
    if (previous !== undefined && previous !== NO_DIGEST)
      throw usage('the first ceremony of a CA follows no pack', 'with --previous goes the number, --ceremony');
    return NO_DIGEST;
  }
  if (previous === undefined) {
    throw usage(
      `ceremony ${ceremony} follows another, and --previous is missing`,
      "give the SHA-256 of its pack's manifest; 64 zeros where it left none",
    );
  }
  return previous;
}

function refer(references: readonly string[]): Readonly<Record<string, Sha256>> {
  const read: Record<string, Sha256> = {};
  for (const reference of references) {
    const [, name, digest] = /^([a-z][a-z0-9-]{0,63})=(.*)$/.exec(reference) ?? [];
    if (name === undefined || digest === undefined)
      throw usage(`"${reference}" is no reference, expected a name of lower-case letters, "=" and a SHA-256`);
    requireDigest(digest);
    if (Object.hasOwn(read, name)) throw usage(`the reference "${name}" is given twice`);
    read[name] = digest;
  }
  return read;
}

function requireDigest(text: string): void {
  if (!isSha256(text)) throw usage(`"${text}" is no SHA-256 in 64 lower-case hexadecimal digits`);
}

function usage(message: string, hint = HINT): CeremonyError {
  return new CeremonyError('USAGE', message, { hint });
}
