import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { signAsMember } from '../../src/quorum/member-signature.ts';
import type { StageSet } from '../../src/rehearsal/stage.ts';
import { startTokenProcess } from '../../src/token/client.ts';
import { buildFaultModule, FaultProxy } from './fault-proxy.ts';

const PROGRAM_ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A stage whose every module has a proxy of its own in front, by the names of the site and the authorization. */
export interface Interposed {
  readonly stage: StageSet;
  /** In front of the quorum tokens. */
  readonly cards: FaultProxy;
  /** In front of an HSM, by its name in the script. */
  readonly hsm: (name: string) => FaultProxy;
  readonly all: readonly FaultProxy[];
}

type Modules = Record<string, { library: string; sha256: string; environment: Record<string, string> }>;

/**
 * Puts a proxy in front of each module of a stage that is set: site and authorization name it instead, and the policy
 * authority signs the authorization again.
 * @param folder for the proxies
 */
export async function interpose(stage: StageSet, folder: string): Promise<Interposed> {
  const authorization = JSON.parse(Buffer.from(String(stage.start['authorization']), 'base64').toString('utf8'));
  const site = JSON.parse(readFileSync(join(stage.inputs, 'site.yaml'), 'utf8'));
  const modules = authorization.modules as Modules;
  const real = { ...(modules['cards'] as Modules[string]) };
  const library = buildFaultModule(folder);
  const digest = sha256(readFileSync(library));
  const proxies = new Map<string, FaultProxy>();
  for (const [name, module] of Object.entries(modules)) {
    const proxy = new FaultProxy(module, join(folder, name), library);
    proxies.set(name, proxy);
    const named = { library, sha256: digest, environment: { ...proxy.environment } };
    modules[name] = named;
    site.modules[name] = { ...site.modules[name], ...named };
  }
  const siteBytes = Buffer.from(`${JSON.stringify(site, null, 2)}\n`);
  authorization.site = sha256(siteBytes);
  const bytes = canonicalBytes(authorization as JsonObject);
  const signatures = await signedAgain(stage, real, bytes);
  writeFileSync(join(stage.inputs, 'site.yaml'), siteBytes);
  writeFileSync(join(stage.inputs, 'authorization.json'), bytes);
  for (const [seat, signature] of signatures)
    writeFileSync(join(stage.inputs, 'authorization', `${seat}.p7s`), signature);
  return {
    stage: {
      ...stage,
      start: {
        ...stage.start,
        authorization: Buffer.from(bytes).toString('base64'),
        signatures: Object.fromEntries(
          [...signatures].map(([seat, one]) => [seat, Buffer.from(one).toString('base64')]),
        ),
        site: authorization.site,
      },
      modules: [library],
      authorization: sha256(bytes),
    },
    cards: proxies.get('cards') as FaultProxy,
    hsm: (name) => proxies.get(`module-${name}`) as FaultProxy,
    all: [...proxies.values()],
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a document that a test changes at will
export type Authorized = any;

/** The same stage under a changed authorization, signed again; the site beside it stays as it was. */
export async function authorizedAgain(stage: StageSet, change: (document: Authorized) => void): Promise<StageSet> {
  const document = JSON.parse(Buffer.from(String(stage.start['authorization']), 'base64').toString('utf8'));
  const real = { ...document.modules['cards'] };
  change(document);
  const bytes = canonicalBytes(document as JsonObject);
  const signatures = await signedAgain(stage, real, bytes);
  return {
    ...stage,
    start: {
      ...stage.start,
      authorization: Buffer.from(bytes).toString('base64'),
      signatures: Object.fromEntries([...signatures].map(([seat, one]) => [seat, Buffer.from(one).toString('base64')])),
    },
    authorization: sha256(bytes),
  };
}

async function signedAgain(
  stage: StageSet,
  cards: { readonly library: string; readonly environment: Record<string, string> },
  bytes: Uint8Array,
): Promise<Map<string, Uint8Array>> {
  const client = await startTokenProcess({ programRoot: PROGRAM_ROOT, ...cards });
  const signatures = new Map<string, Uint8Array>();
  for (const { person, serial, pin, signing } of stage.enrolled) {
    if (!Object.hasOwn(stage.start['signatures'] as JsonObject, person.seat)) continue;
    await client.login({ serial }, 'user', pin);
    const sign = (mechanism: Parameters<typeof client.sign>[2], content: Uint8Array) =>
      client.sign({ serial }, signing.spki, mechanism, content);
    signatures.set(person.seat, await signAsMember(bytes, signing.certificate, sign));
    await client.logout({ serial });
  }
  await client.end();
  return signatures;
}
