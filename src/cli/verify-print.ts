import { wordRows } from '../base/words.ts';
import type { ChainVerification } from '../verify/chain/verify-chain.ts';
import type { Verification } from '../verify/verify-pack.ts';

/** What was found of a pack, with the name by which it was given. */
export type VerifiedPack = Verification & { readonly name: string };

/** One pack: all that is claimed of it, and what is wrong. */
export function print(
  path: string,
  { findings, notRun, notes, claims, ends, evidence, shared }: Verification,
): string[] {
  const lines = [`evidence pack ${path}`];
  for (const claim of claims) lines.push(`  ${claim.status.padEnd(13)} ${claim.claim}: ${claim.detail}`);
  for (const { state, kind, detail } of evidence) lines.push(`  ${state.padEnd(13)} evidence ${kind}: ${detail}`);
  for (const code of shared) lines.push(`  shared        with the program that made the pack: ${code}`);
  if (ends) {
    lines.push(`the record has ${ends.events} events; its head in words:`);
    lines.push(...wordRows(ends.head).map((row) => `  ${row.number}  ${row.words.join('  ')}`));
  }
  for (const note of notes) lines.push(`note: ${note}`);
  lines.push(...faults({ findings, notRun }), count({ findings, notRun }));
  return lines;
}

/** Several packs: a line for each with what is wrong with it, and how they hang together. */
export function printChain(each: readonly VerifiedPack[], chain: ChainVerification): string[] {
  const placed = [...chain.packs].flatMap(({ name }) => each.find((one) => one.name === name) ?? []);
  const lines: string[] = [];
  for (const one of [...placed, ...each.filter((pack) => !placed.includes(pack))]) {
    lines.push(`evidence pack ${one.name}: ${count(one)}`);
    lines.push(...[...one.notes.map((note) => `note: ${note}`), ...faults(one)].map((line) => `  ${line}`));
  }
  lines.push(`chain of ${chain.packs.length} packs, in the order of their manifests:`);
  for (const { name, number, mode, outcome, after, manifest } of chain.packs) {
    const follows = after === null ? 'follows none of these' : `follows ${after}`;
    lines.push(`  ceremony ${number}  ${mode}, ${outcome}  ${name}: ${follows}; manifest ${manifest}`);
  }
  lines.push(...chain.notes.map((note) => `note: ${note}`), ...faults({ findings: chain.findings, notRun: [] }));
  lines.push(`chain: ${count({ findings: chain.findings, notRun: [] })}`);
  return lines;
}

function faults({ findings, notRun }: Pick<Verification, 'findings' | 'notRun'>): string[] {
  return [
    ...notRun.map((one) => `not run: ${one.check}: ${one.because}`),
    ...findings.map((finding) => `${finding.check}: ${finding.where}: ${finding.message}`),
  ];
}

function count({ findings, notRun }: Pick<Verification, 'findings' | 'notRun'>): string {
  return findings.length === 0 && notRun.length === 0 ? 'no findings' : `${findings.length} findings`;
}
