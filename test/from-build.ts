import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Loaded by the test runner before each test file: what tests import from src/ comes from the build, which scripts/test
 * has just made of it. So each of the hundreds of processes that a run starts (a token process for every look at a
 * token) compiles JavaScript, as in a ceremony, and does not strip types first. A test file that is run by hand without
 * this runs on src/.
 */
const SOURCE = pathToFileURL(`${import.meta.dirname}/../src/`).href;
const BUILT = pathToFileURL(`${import.meta.dirname}/../dist/`).href;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (!resolved.url.startsWith(SOURCE) || !resolved.url.endsWith('.ts')) return resolved;
    const built = `${BUILT}${resolved.url.slice(SOURCE.length, -'.ts'.length)}.js`;
    return existsSync(new URL(built)) ? { ...resolved, url: built, format: 'module' } : resolved;
  },
});
