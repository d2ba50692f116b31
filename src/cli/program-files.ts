import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProfileTemplate, readProfileTemplate } from '../pki/profile-template.ts';

/** This file is `<root>/src/cli/program-files.ts` or `<root>/dist/cli/program-files.js`. */
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The certificate and CRL profiles that ship with the program, by name. */
export function profileTemplates(): Map<string, ProfileTemplate> {
  const folder = join(ROOT, 'templates', 'profiles');
  const templates = new Map<string, ProfileTemplate>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue;
    const name = file.slice(0, -'.json'.length);
    templates.set(name, readProfileTemplate(readFileSync(join(folder, file), 'utf8'), name));
  }
  return templates;
}

/** VERIFY.md and verify.sh, which go into every pack unchanged. */
export function verificationGuide(): Map<string, Uint8Array> {
  return new Map(
    ['VERIFY.md', 'verify.sh'].map((name) => [name, readFileSync(join(ROOT, 'templates', 'verify', name))]),
  );
}
