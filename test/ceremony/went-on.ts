import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPackFolder } from '../../src/adapters/pack-folder.ts';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { verificationGuide } from '../../src/cli/program-files.ts';
import { derivePlan } from '../../src/cli/verify.ts';
import { kindOf } from '../../src/pack/layout.ts';
import { REPORT_VERSION } from '../../src/report/layout/fonts.ts';
import { renderReport } from '../../src/report/report.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import type { Event } from '../../src/transcript/event.ts';
import type { Outcome } from '../../src/verify/options.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import type { Table } from './kill-points.ts';

/** Every file below a folder, but what has no name yet: path → bytes. */
export function filesIn(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const inside = path.slice(folder.length + 1);
    if (!inside.split('/').includes('.incoming')) files.set(inside, readFileSync(path));
  }
  return files;
}

/** What was being written when a run was killed is written again, and does not stay behind, on media either. */
export function assertNothingIncoming({ set }: Table, where: string): void {
  const left = readdirSync(set.folder, { recursive: true }).map(String);
  assert.deepEqual(
    left.filter((path) => path.split('/').includes('.incoming')),
    [],
    where,
  );
}

export function eventsIn(folder: string): readonly Event[] {
  const text = readFileSync(join(folder, 'events.jsonl'), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}

/** `quorate verify`, in this process. */
export async function assertVerifies({ set }: Table, outcome: Outcome, where: string): Promise<void> {
  const source = openPackFolder(set.out, (path) => kindOf(path)?.limit);
  const isSealed = outcome !== 'interrupted';
  const options = { expect: 'rehearsal', outcome, roster: String(set.stage.start['expectedRoster']) } as const;
  const report = isSealed ? { version: REPORT_VERSION, bytes: await renderReport(source) } : undefined;
  const { findings, notRun } = verifyPack(source, options, {
    plan: derivePlan,
    steps: STEP_TYPES,
    ...(report ? { report } : {}),
    guide: verificationGuide(),
  });
  assert.deepEqual(
    [
      ...findings.map((finding) => `${finding.check} ${finding.where}: ${finding.message}`),
      ...notRun.map((one) => `not run: ${one.check}: ${one.because}`),
    ],
    [],
    where,
  );
}

/** Whatever was in the folder is in it still, or under recovered/: nothing is lost, nothing is overwritten. */
export function assertNothingLost(
  before: ReadonlyMap<string, Buffer>,
  after: ReadonlyMap<string, Buffer>,
  where: string,
): void {
  const recovered = [...after].filter(([path]) => path.startsWith('recovered/'));
  const keptAside = (name: string, bytes: Uint8Array) =>
    recovered.some(
      ([path, kept]) => path.endsWith(`/${name.replaceAll('/', '.')}`) && Buffer.compare(kept, bytes) === 0,
    );
  for (const [path, bytes] of before) {
    const now = after.get(path);
    if (/^(?:events|chain)\.jsonl$/.test(path)) {
      assert.ok(now, where);
      let same = 0;
      while (same < bytes.length && bytes[same] === now[same]) same++;
      // What was cut off ends nowhere in a line that stayed; where the lines go on alike, the cut was before.
      const lines = bytes.subarray(0, same).lastIndexOf(0x0a) + 1;
      const isKept = same === bytes.length || hasTail(path, bytes, lines, keptAside);
      assert.ok(isKept, `${where}: what was at the end of ${path} is lost`);
      continue;
    }
    const isThere = now !== undefined && Buffer.compare(now, bytes) === 0;
    assert.ok(isThere || keptAside(path, bytes), `${where}: "${path}" is lost`);
  }
}

function hasTail(
  path: string,
  bytes: Buffer,
  from: number,
  keptAside: (name: string, bytes: Uint8Array) => boolean,
): boolean {
  for (let at = from; at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(0x0a, at - 2) + 1)
    if (keptAside(`${path}.tail`, bytes.subarray(at))) return true;
  return false;
}

/** Everything on the HSM is in the record once: no key too many, no signature that nobody approved. */
export function assertDoneOnce({ set, proxies }: Table, events: readonly Event[], where: string): void {
  const results = events.flatMap((event) => (event.type === 'result' && event.outcome === 'done' ? [event] : []));
  const stepOf = (proposal: number) => (events[proposal - 1] as unknown as JsonObject)['step'];
  const steps = results.map((result) => stepOf(result.proposal));
  assert.deepEqual(steps, [...new Set(steps)], `${where}: a step's operation was done twice`);

  const hsm = proxies.hsm('root-hsm');
  const begun = (operation: string) =>
    events.filter((event) => {
      const proposed = event.type === 'intent' ? events[event.proposal - 1] : undefined;
      return proposed?.type === 'proposed' && proposed.operation === operation;
    }).length;
  assert.ok(hsm.count('C_InitToken') <= begun('prepare-token'), `${where}: more tokens were made than intended`);
  assert.ok(hsm.count('C_GenerateKeyPair') <= begun('generate-key'), `${where}: more keys were made than intended`);
  // A key that is destroyed signs once before.
  const signed = begun('sign') + begun('destroy-key');
  assert.ok(hsm.count('C_SignInit') <= signed, `${where}: more was signed than intended`);
  const made = results.filter((result) => typeof result.facts['spki'] === 'string').length;
  const destroyed = results.filter((result) => Array.isArray(result.facts['destroyed'])).length;
  const tokens = join(set.folder, 'hsm-root-hsm', 'tokens');
  assert.equal(readdirSync(tokens).length, 1, `${where}: tokens that were initialised`);
  const objects = readdirSync(tokens, { recursive: true }).filter((path) => /(?<!token)\.object$/.test(String(path)));
  assert.equal(objects.length, 2 * (made - destroyed), `${where}: objects on the HSM, and keys in the record`);
}
