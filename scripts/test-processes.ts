/**
 * Folders whose code is pure, and whose tests are fast: they share a process, since loading the program's modules for
 * each of two hundred files would take most of the time that the tests take.
 */
const TOGETHER = [
  'adapters',
  'base',
  'calendar',
  'channel',
  'cms',
  'der',
  'doctor',
  'issue',
  'ledger',
  'pack',
  'paper',
  'paper-share',
  'pki',
  'plan',
  'quorum',
  'report',
  'run',
  'script',
  'steps',
  'transcript',
  'verify',
  'x509',
];

/** A hook outside of every suite would be one of all files in the process. */
const OWN_HOOK = /^(?:before|after|beforeEach|afterEach)\(/m;
/** At its end a file takes away what is its own, and no test of another file sees it. */
const CLEARING_UP = /^after\(\(\) => rmSync\(/gm;
/** What belongs to the process is not changed beside others. */
const OF_PROCESS = /\bprocess\.(?:chdir|umask|exit|exitCode|on|env\[[^\]]+\] =)|\bmock\.|\bregisterHooks\b/;

/**
 * Which test files run in one process.
 * @param files paths `test/FOLDER/NAME.test.ts`, in the order in which they are to begin
 * @param alone those of them that last: a core each, from the beginning
 * @param textOf the text of a file
 * @returns every file once, in groups; those alone come first
 */
export function testProcesses(
  files: readonly string[],
  alone: readonly string[],
  textOf: (file: string) => string,
): string[][] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const folder = file.split('/').at(-2) ?? '';
    const group = !alone.includes(file) && TOGETHER.includes(folder) && mayShare(textOf(file)) ? folder : file;
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return [...groups.values()];
}

function mayShare(text: string): boolean {
  return !OWN_HOOK.test(text.replace(CLEARING_UP, '')) && !OF_PROCESS.test(text);
}

/**
 * A module that runs test files one after another in one process. One that cannot be loaded ends it, and fails it.
 * @param urls where the files are
 */
export function sharedProcess(urls: readonly string[]): string {
  return urls.map((url) => `await import('${url}');\n`).join('');
}
