import { resolve } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { noteFault } from '../quorum/addendum.ts';
import { isEvidenceKind, LONGEST_KIND } from '../quorum/evidence-kinds.ts';
import { parseOptions } from './parse-options.ts';

export interface AddArguments {
  /** Absolute. */
  readonly pack: string;
  readonly kind: string;
  /** Absolute paths, at least one. */
  readonly files: readonly string[];
  /** Whether the files lie in the addendum; otherwise only their digests come. */
  readonly carried: boolean;
  readonly note: string;
  /** Whether members of the roster sign it with their tokens, here and now. */
  readonly sign: boolean;
  /** SHA-256 of the roster, as the people carry it; undefined for the one that the pack names. */
  readonly roster: string | undefined;
  /** Whether a kind that the script does not promise is meant. */
  readonly undeclared: boolean;
}

const HINT =
  'quorate add PACK --evidence KIND [--hash-only] [--note TEXT] [--undeclared] [--sign [--roster SHA256]] FILE ...';

/** @throws CeremonyError USAGE */
export function readAddArguments(args: readonly string[]): AddArguments {
  const { values, positionals } = parseOptions('add', args, HINT);
  const [pack, ...files] = positionals;
  const { evidence: kind, note = '', undeclared = false, sign = false, roster } = values;
  if (pack === undefined || kind === undefined) throw usage('add wants an evidence pack and --evidence');
  if (!isEvidenceKind(kind)) {
    throw usage(
      `--evidence is "${escapeForeign(kind)}", expected lower-case words joined by single hyphens, at most ${LONGEST_KIND} characters`,
    );
  }
  if (files.length === 0) throw usage('no file is named: an addendum holds at least one');
  if (roster !== undefined && !sign)
    throw usage('--roster is by what those who sign are told apart, and says nothing without --sign');
  if (roster !== undefined && !/^[0-9a-f]{64}$/.test(roster))
    throw usage(`"${escapeForeign(roster)}" is no SHA-256 in 64 hexadecimal digits`);
  const fault = noteFault(note);
  if (fault !== undefined) throw usage(`--note ${fault}`);
  return {
    pack: resolve(pack),
    kind,
    files: files.map((file) => resolve(file)),
    carried: !values['hash-only'],
    note,
    undeclared,
    sign,
    roster,
  };
}

function usage(message: string): CeremonyError {
  return new CeremonyError('USAGE', message, { hint: HINT });
}
