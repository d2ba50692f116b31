import { type VerifyFlags, verifyPacks } from '../../src/cli/verify.ts';
import { print, printChain } from '../../src/cli/verify-print.ts';

/** What `quorate verify` exits with, and prints. */
export interface Verified {
  readonly status: 0 | 1;
  readonly stdout: string;
}

/**
 * `quorate verify --expect rehearsal` by its own functions, in this process: nine tenths of what the command costs is to
 * start, and to load and warm up what verifies. That the command line gives the same is what `rehearse.test.ts` shows.
 * @param packs folders
 * @param rosters anchors: digests
 * @throws CeremonyError where the command would print one
 */
export async function verified(
  packs: readonly string[],
  rosters: readonly string[],
  flags: Partial<Omit<VerifyFlags, 'roster'>> = {},
): Promise<Verified> {
  const { each, chain, isSound } = await verifyPacks(packs, {
    expect: 'rehearsal',
    report: true,
    ...(rosters.length > 0 ? { roster: rosters } : {}),
    ...flags,
  });
  const lines = chain ? printChain(each, chain) : each.flatMap((one) => print(one.name, one));
  return { status: isSound ? 0 : 1, stdout: `${lines.join('\n')}\n` };
}
