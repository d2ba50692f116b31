import { join } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import { PATH } from '../pack/layout.ts';
import type { Files } from '../ports.ts';
import type { Roster } from '../quorum/roster.ts';
import type { RunOutcome } from '../run/runner.ts';

/** What `--json` prints, and the last lines on the screen say. */
export interface Summary extends JsonObject {
  readonly pack: string;
  readonly ceremony: string;
  readonly outcome: string;
  readonly roster: string;
  readonly manifest: string;
  readonly head: string;
  readonly events: number;
  readonly certificates: readonly string[];
  readonly crls: readonly string[];
  readonly requests: readonly string[];
  readonly report: string;
  readonly milliseconds: number;
  /** Time spent waiting for tokens, the setting of a rehearsal's stage included. */
  readonly pkcs11Milliseconds: number;
  /** Of each step that ended, by its key: what it did, without what people took to begin and to end it. */
  readonly stepMilliseconds: Readonly<Record<string, number>>;
}

/** Gathers the summary from the sealed pack. */
export async function summarise(
  out: string,
  files: Files,
  outcome: RunOutcome,
  roster: Roster,
  manifest: string,
  durations: Pick<Summary, 'milliseconds' | 'pkcs11Milliseconds' | 'stepMilliseconds'>,
): Promise<Summary> {
  const paths = await files.list();
  const of = (folder: string, ending: string) =>
    paths.filter((path) => path.startsWith(folder) && path.endsWith(ending)).map((path) => join(out, path));
  return {
    pack: out,
    ceremony: outcome.ceremony,
    outcome: outcome.outcome,
    roster: roster.digest,
    manifest,
    head: outcome.head,
    events: outcome.events.length,
    certificates: of('certificates/', '.crt'),
    crls: of('crls/', '.crl'),
    requests: of('requests-made/', '.csr'),
    report: join(out, PATH.report),
    ...durations,
  };
}
