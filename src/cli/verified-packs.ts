import { formatUtc, isCalendarDate, parseUtc } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import { openPack, type Pack } from '../pack/pack-reader.ts';
import type { PackSource } from '../pack/source.ts';
import { type VerifiedPacks, type VerifyFlags, verifyPacks } from './verify.ts';

/**
 * Packs of one succession from which facts are taken, the oldest first: verified as `quorate verify` does it.
 * @throws CeremonyError PACK_FINDINGS unless all of them are without any finding, and what the verification throws
 */
export async function soundPacks(paths: readonly string[], flags: VerifyFlags): Promise<readonly [Pack, ...Pack[]]> {
  const verified = await verifyPacks(paths, flags);
  if (!verified.isSound) refuse(paths, verified);
  const sources = new Map<string, PackSource>(verified.packs.map(({ name, source }) => [name, source]));
  const inOrder = verified.chain?.packs.map(({ name }) => name) ?? paths;
  const [first, ...others] = inOrder.flatMap((name) => {
    const source = sources.get(name);
    return source ? [openPack(source)] : [];
  });
  if (!first) throw new CeremonyError('USAGE', 'no evidence pack is named, expected one or more');
  return [first, ...others];
}

function refuse(paths: readonly string[], { each, chain }: VerifiedPacks): never {
  const found = each.flatMap(({ name, findings, notRun }) => [
    ...findings.map(({ check, where, message }) => `${name}: ${check}: ${where}: ${message}`),
    ...notRun.map(({ check, because }) => `${name}: ${check} could not run: ${because}`),
  ]);
  found.push(...(chain?.findings ?? []).map(({ check, where, message }) => `${check}: ${where}: ${message}`));
  throw new CeremonyError(
    'PACK_FINDINGS',
    `${found.length} ${found.length === 1 ? 'finding' : 'findings'}, expected none; the first is ${found[0]}`,
    { hint: `"quorate verify ${paths.join(' ')}", with the same options, lists them all` },
  );
}

/**
 * The time of `--as-of`, or now: `YYYY-MM-DDTHH:MM:SSZ`, or a day, which is its first second.
 * @throws CeremonyError DATE_INVALID
 */
export function asOfOr(now: string, text: string | undefined): string {
  if (text === undefined) return now;
  return formatUtc(parseUtc(isCalendarDate(text) ? `${text}T00:00:00Z` : text));
}
