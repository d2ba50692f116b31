import { readFileSync } from 'node:fs';

/** This file is `<root>/src/cli/version.ts` or `<root>/dist/cli/version.js`. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
