import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FolderFiles } from '../adapters/files.ts';
import type { JsonObject } from '../base/canonical-json.ts';
import { hexGroups, NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { wordRows } from '../base/words.ts';
import { Caller } from '../channel/requests.ts';
import { askReader } from './ask-reader.ts';
import { type AuthorizeArguments, readAuthorizeArguments, type Wish } from './authorize-arguments.ts';
import { composeAuthorization } from './compose-authorization.ts';
import { type Permit, pathsOfModules, previousDigest, read, readPermit } from './permit.ts';
import { startGuard } from './processes.ts';
import { measureProgram } from './program.ts';
import { syncAll } from './sync-all.ts';
import { openTerminal } from './terminal-device.ts';

const FILE = 'authorization.json';
const SIGNATURES = 'authorization';
/** How long the guard may take to end, with the process that holds the quorum tokens. */
const GUARD_ENDS_WITHIN_MS = 10_000;

/** An authorization as it is to be signed. */
interface Draft extends Permit {
  readonly bytes: Buffer;
  readonly mode: string;
  /** SHA-256 of the manifest of the previous pack that lies where the site says; 64 zeros where it names none. */
  readonly previous: Sha256;
  /** Whether its file is there already. */
  readonly isWritten: boolean;
}

/**
 * Makes the authorization of a ceremony and has the policy authority sign it; or has more of them sign one that is
 * there.
 * @returns the exit code
 */
export async function authorize(args: readonly string[]): Promise<number> {
  const wanted = readAuthorizeArguments(args);
  const draft = wanted.wish === undefined ? await takeUp(wanted) : await compose(wanted, wanted.wish);
  if (typeof draft === 'number') return draft;
  if (draft.start['roster'] === null) return await writeUnsigned(draft);
  const sitting = await sit(wanted, draft);
  const { signed, need, declined } = sitting;
  if (signed.length > 0 || draft.isWritten) tell(draft, sitting);
  if (signed.length >= need) return EXIT.done;
  const [refused] = declined;
  throw new CeremonyError(
    refused ? 'OFFICER_DECLINED' : 'QUORUM_NOT_MET',
    refused
      ? `"${refused[0]}" declined to sign the authorization: ${refused[1]}`
      : `the authorization is signed by ${signed.length} of the ${need} that are needed`,
    {
      hint:
        signed.length > 0 || draft.isWritten
          ? `quorate authorize ${wanted.script} --site ${wanted.site} --sign goes on with it`
          : 'nobody has signed, and nothing was written',
    },
  );
}

async function compose({ script, site }: AuthorizeArguments, wish: Wish): Promise<Draft | number> {
  const folder = dirname(site);
  requireNone(folder, { script, site });
  const { from, until, previous } = wish;
  const window = ['--from', from, '--until', until, '--previous', previous];
  const binding = await askReader(['authorization-binding', script, '--site', site, ...window]);
  if (typeof binding === 'number') return binding;
  const roster = binding['founds'] === true ? null : read(join(folder, 'roster.json'), 'the roster');
  const measured = {
    script: sha256(read(script, 'the ceremony script')),
    site: sha256(read(site, 'the site binding')),
    roster: roster === null ? NO_DIGEST : sha256(roster),
    program: measureProgram().digest,
  };
  const bytes = composeAuthorization(binding, measured, wish);
  const modules = pathsOfModules(binding['modules'] as JsonObject);
  const start = {
    authorization: bytes.toString('base64'),
    roster: roster === null ? null : roster.toString('base64'),
    expectedRoster: measured.roster,
    signatures: {},
    site: measured.site,
  };
  const mode = String(binding['mode']);
  return { folder, modules, start, bytes, mode, previous: previousDigest(binding['previous']), isWritten: false };
}

/** Before there is a roster nobody can sign: what is authorized is on the paper of those who come. */
async function writeUnsigned(draft: Draft): Promise<number> {
  const files = new FolderFiles(draft.folder, syncAll);
  try {
    if (!draft.isWritten) await files.create(FILE, draft.bytes);
  } finally {
    files.close();
  }
  process.stdout.write(
    [
      `authorization  ${join(draft.folder, FILE)}`,
      'signatures     none: there is no roster yet, and so nobody who could sign',
      '',
      ...forPaper(draft.bytes),
    ].join('\n'),
  );
  return EXIT.done;
}

/** Nothing is overwritten, and no signature over another authorization stays beside a new one. */
function requireNone(folder: string, { script, site }: { script: string; site: string }): void {
  if (lstatSync(join(folder, FILE), { throwIfNoEntry: false })) {
    throw new CeremonyError('OUTPUT_EXISTS', `"${join(folder, FILE)}" exists already; nothing is overwritten`, {
      hint: `to sign it: quorate authorize ${script} --site ${site} --sign; to make another, first put it and the folder "${SIGNATURES}" elsewhere`,
    });
  }
  const [left] = filesIn(join(folder, SIGNATURES));
  if (left !== undefined) {
    throw new CeremonyError('OUTPUT_EXISTS', `"${join(folder, SIGNATURES, left)}" belongs to another authorization`, {
      hint: `put the folder "${SIGNATURES}" elsewhere first`,
    });
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Script and site are planned once more, as of the window that is in the file. */
async function takeUp({ script, site }: AuthorizeArguments): Promise<Draft | number> {
  const permit = readPermit(site, undefined);
  const binding = await askReader(['binding', script, '--site', site]);
  if (typeof binding === 'number') return binding;
  const bytes = Buffer.from(String(permit.start['authorization']), 'base64');
  const previous = previousDigest(binding['previous']);
  return { ...permit, bytes, mode: String(binding['mode']), previous, isWritten: true };
}

interface Sitting {
  readonly role: string;
  readonly need: number;
  readonly signed: readonly string[];
  /** Seat → reason, of those who have declined and not signed after all. */
  readonly declined: ReadonlyMap<string, string>;
}

/** One sitting: the guard says who has signed; each signature is durable before the next is asked for. */
async function sit({ script }: AuthorizeArguments, draft: Draft): Promise<Sitting> {
  const terminal = openTerminal();
  const guard = startGuard(
    draft.modules.filter((path) => path.startsWith('/')),
    terminal.fd,
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => guard.child.kill('SIGTERM'));
  // There is no core: what is typed while the guard asks nothing goes nowhere.
  for (const fd of [4, 6]) guard.pipe(fd).destroy();
  const warden = new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED');
  let failed = true;
  try {
    const { value } = await warden.call('authorize', {
      ...draft.start,
      script: sha256(read(script, 'the ceremony script')),
      program: measureProgram().digest,
      previous: draft.previous,
      mode: draft.mode,
      people: 'at-the-table',
      resumes: false,
      // What the previous pack left is asked for when the ceremony begins; here its digest alone is signed.
      manifest: null,
      ledger: null,
    });
    const sitting = await collect(warden, draft, value as unknown as Pick<Sitting, 'role' | 'need' | 'signed'>);
    failed = sitting.signed.length < sitting.need;
    return sitting;
  } finally {
    warden.close();
    const late = new Promise((later) => setTimeout(later, GUARD_ENDS_WITHIN_MS).unref());
    await Promise.race([guard.exited, late]);
    guard.child.kill('SIGKILL');
    terminal.restore();
    await guard.printed?.tell(failed, process.stderr);
  }
}

async function collect(
  warden: Caller,
  draft: Draft,
  { role, need, signed: before }: Pick<Sitting, 'role' | 'need' | 'signed'>,
): Promise<Sitting> {
  const files = new FolderFiles(draft.folder, syncAll);
  const signed = [...before];
  const declined = new Map<string, string>();
  let isWritten = draft.isWritten;
  try {
    while (signed.length < need) {
      const { value } = await warden.call('next-signature');
      const { seat, signature, reason } = value as { seat?: string; signature?: string; reason?: string };
      if (seat === undefined) break;
      if (signature === undefined) {
        declined.set(seat, reason ?? '');
        continue;
      }
      const file = [`${SIGNATURES}/${seat}.p7s`, Buffer.from(signature, 'base64')] as const;
      // The authorization gets its name first: a signature without it would be a signature over nothing.
      await files.createAll(isWritten ? [file] : [[FILE, draft.bytes], file]);
      isWritten = true;
      signed.push(seat);
      declined.delete(seat);
    }
  } finally {
    files.close();
  }
  return { role, need, signed: signed.sort(), declined };
}

/** For the printer: what goes on everyone's paper, and how far the signatures are. */
function tell({ folder, bytes }: Draft, { role, need, signed, declined }: Sitting): void {
  process.stdout.write(
    [
      `authorization  ${join(folder, FILE)}`,
      `signatures     ${signed.length} of ${need} that are needed, of role ${role}`,
      ...signed.map((seat) => `               ${seat}`),
      ...[...declined].map(([seat, reason]) => `declined       ${seat}: ${reason}`),
      '',
      ...forPaper(bytes),
    ].join('\n'),
  );
}

function forPaper(bytes: Uint8Array): string[] {
  const digest: Sha256 = sha256(bytes);
  return [
    'Its SHA-256, to be printed on the paper of everybody who takes part:',
    ...hexGroups(digest).map((row) => `  ${row}`),
    ...wordRows(digest).map((row) => `  ${row.number}  ${row.words.join('  ')}`),
    '',
  ];
}
