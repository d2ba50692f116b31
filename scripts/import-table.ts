/**
 * Who may import whom. The checker enforces this table and docs/architecture.md prints it, so there is no third place.
 *
 * A target is a folder of src (`quorum`), one file or subfolder of one (`quorum/classes`), or `ports`, `main`.
 * A file may always import from its own folder. Whatever may be imported may be imported as a type too.
 */
export interface FolderRule {
  readonly folder: string;
  readonly why: string;
  readonly imports: readonly string[];
  /** Targets, packages and builtins of which only types may be imported (`import type`): nothing of them runs here. */
  readonly types: readonly string[];
  /** Only by `import()` with a literal: loaded when it is used, and not before. */
  readonly lazily: readonly string[];
  readonly packages: readonly string[];
  /** Node's own modules → the names that may be taken from them; 'all' is every name. */
  readonly builtins: Readonly<Record<string, 'all' | readonly string[]>>;
  /** May use the clock, randomness and the process. Everything else is pure: same input, same output. */
  readonly effects: boolean;
}

/** One file that may load what its folder may not; it holds for what reaches that file, too. */
export interface FileRule {
  readonly file: string;
  readonly builtins: Readonly<Record<string, 'all' | readonly string[]>>;
  /** May do what is an effect, in a folder that is pure otherwise. */
  readonly effects?: boolean;
  readonly why: string;
}

/** What must hold for everything that a folder loads, directly or through others. */
export interface ReachRule {
  readonly from: string;
  /** Only these, counting what they bring with them. */
  readonly packages: readonly string[];
  /** Folders, and modules of Node. */
  readonly never: readonly string[];
  /** Of what reaches out, what it must have all the same. */
  readonly except?: readonly string[];
  readonly why: string;
}

/** What of node:crypto computes the same result from the same input. */
export const PURE_CRYPTO: readonly string[] = [
  'checkPrimeSync',
  'constants',
  'createCipheriv',
  'createDecipheriv',
  'createECDH',
  'createHash',
  'createHmac',
  'createPublicKey',
  'createVerify',
  'hash',
  'hkdfSync',
  'KeyObject',
  'timingSafeEqual',
  'verify',
  'X509Certificate',
];

const pureCrypto = { 'node:crypto': PURE_CRYPTO };

function pure(folder: string, why: string, imports: readonly string[], more: Partial<FolderRule> = {}): FolderRule {
  return { folder, why, imports, types: [], lazily: [], packages: [], builtins: {}, effects: false, ...more };
}

function effects(folder: string, why: string, imports: readonly string[], more: Partial<FolderRule> = {}): FolderRule {
  return pure(folder, why, imports, { effects: true, ...more });
}

const STEP_MAY = ['base', 'der', 'x509', 'cms', 'quorum', 'pki', 'script', 'plan', 'transcript', 'ledger'];

export const FOLDERS: readonly FolderRule[] = [
  pure('base', 'errors, digests, canonical JSON, dates, words; nothing of the domain', [], {
    builtins: { 'node:crypto': ['createHash', 'hash'] },
  }),
  pure('der', 'reads and writes DER; parses what strangers wrote', ['base']),
  pure('channel', 'frames and requests on the pipes between our processes', ['base'], {
    builtins: { 'node:stream': ['Duplex'] },
  }),
  pure('x509', 'reads certificates, CRLs and public keys, apart from the code that makes them', ['base', 'der'], {
    builtins: pureCrypto,
  }),
  pure('cms', 'signatures and envelopes as this project fixes them', ['base', 'der', 'x509'], { builtins: pureCrypto }),
  pure(
    'quorum',
    'roster, operations, approvals, counting: guard and verifier share it, so no package comes near it',
    ['base', 'der', 'cms', 'x509'],
    {
      builtins: pureCrypto,
    },
  ),
  pure(
    'paper-share',
    'shares on paper: rows that people type, QR code and page; bytes alone, and no package, for the guard',
    ['base', 'quorum'],
    { builtins: { 'node:crypto': ['createHash'] } },
  ),
  pure('transcript', 'the closed list of events and their chain', ['base']),
  pure('pki', 'profiles, rule packs and lint; no package, since the verifier judges with it', ['base', 'der', 'x509'], {
    builtins: pureCrypto,
  }),
  pure(
    'ledger',
    'what the CA has made so far, derived from plan, events and files',
    ['base', 'x509', 'quorum', 'transcript'],
    {
      types: ['plan'],
    },
  ),
  pure(
    'doctor',
    'what would stop a ceremony: from what was seen, and nothing else',
    ['base', 'quorum/share-set', 'quorum/software-token'],
    {
      types: ['token/client'],
    },
  ),
  pure('script', 'YAML bytes to a Script with positions', ['base', 'quorum/classes', 'quorum/evidence-kinds'], {
    packages: ['yaml', 'zod'],
    builtins: { 'node:buffer': ['isUtf8'] },
  }),
  pure(
    'plan',
    'script and site, bound and simulated to the end',
    ['base', 'x509', 'quorum', 'pki', 'script', 'ledger'],
    {
      types: ['ports', 'transcript'],
      packages: ['zod'],
    },
  ),
  pure('steps', 'one file per step type; the world outside reaches it through its context alone', STEP_MAY, {
    types: ['ports'],
    packages: ['zod'],
  }),
  pure('ports', 'interfaces only: nothing of it runs', [], {
    types: ['base', 'pki', 'quorum', 'transcript', 'script', 'plan'],
  }),
  pure(
    'issue',
    'makes to-be-signed bytes with other code than the code that judges them',
    ['base', 'der', 'x509', 'pki'],
    {
      types: ['ports'],
      packages: ['@peculiar/asn1-schema', '@peculiar/asn1-x509', '@peculiar/x509', 'reflect-metadata'],
      builtins: pureCrypto,
    },
  ),
  pure('pack', 'layout, manifest and sums of the evidence pack', ['base', 'transcript', 'quorum', 'pki', 'ledger'], {
    types: ['ports'],
  }),
  pure('run', 'the one runner loop', [...STEP_MAY, 'pack', 'steps'], { types: ['ports'] }),
  pure('report', 'the PDF, from the pack alone', ['pack', ...STEP_MAY, 'steps'], {
    packages: ['pdfkit', 'dejavu-fonts-ttf'],
    builtins: pureCrypto,
  }),
  pure('paper', 'the printed script, from the plan: what lies on the table in the ceremony', [
    'base',
    'pack/people',
    'plan',
    'quorum',
    'report/layout',
    'script',
  ]),
  pure(
    'calendar',
    'due dates from verified ledgers, for people, calendars and monitors; what was published, held to them',
    ['base', 'der', 'x509', 'quorum', 'pki', 'ledger', 'pack'],
    { types: ['transcript'] },
  ),
  pure('verify', 'never trusts the runner: derives everything again', ['pack', ...STEP_MAY, 'steps'], {
    builtins: pureCrypto,
  }),
  effects(
    'guard',
    'decides; our own code, and one package without dependencies',
    [
      'base',
      'der',
      'channel',
      'x509',
      'cms',
      'quorum',
      'paper-share',
      'hardening',
      'token/client',
      'ledger/carried',
      'ledger/key-places',
      'ledger/losses',
      'ledger/read',
      'pack/manifest',
      'pack/layout',
    ],
    {
      types: ['token/replies', 'node:stream', 'ledger/ledger'],
      packages: ['shamir-secret-sharing'],
      builtins: { 'node:crypto': 'all', 'node:fs': 'all', 'node:path': 'all', 'node:tty': 'all', 'node:url': 'all' },
    },
  ),
  effects('hardening', 'what a process that holds secrets does first', [], { builtins: { 'node:ffi': 'all' } }),
  effects(
    'token',
    'the PKCS#11 module, and nothing else',
    ['base', 'der', 'channel', 'x509', 'quorum/shape', 'hardening'],
    {
      packages: ['graphene-pk11', 'pkcs11js'],
      builtins: {
        'node:buffer': 'all',
        'node:crypto': 'all',
        'node:ffi': 'all',
        'node:fs': 'all',
        'node:path': 'all',
        'node:stream': 'all',
        'node:url': 'all',
      },
    },
  ),
  pure('usage', 'what the commands of the supervisor take: it parses by this, and the core prints help from it', []),
  effects('program', 'the files that decide what the program does, and nothing of what it does', ['base'], {
    builtins: { 'node:crypto': ['createHash'], 'node:fs': 'all', 'node:path': 'all' },
  }),
  effects(
    'supervisor',
    'starts the other processes and joins their pipes; no package, so that none can',
    [
      'base',
      'channel',
      'doctor',
      'program',
      'token/client',
      'adapters/files',
      'usage',
      'pack/layout',
      'pack/manifest',
      'quorum/addendum',
      'quorum/evidence-kinds',
    ],
    {
      builtins: {
        'node:child_process': 'all',
        'node:crypto': 'all',
        'node:fs': 'all',
        'node:os': 'all',
        'node:path': 'all',
        'node:stream': 'all',
        'node:tty': 'all',
        'node:url': 'all',
        'node:util': 'all',
      },
    },
  ),
  effects(
    'rehearsal',
    'the stage: throw-away tokens and played people',
    [
      'base',
      'der',
      'channel',
      'x509',
      'cms',
      'quorum',
      'pki',
      'ledger',
      'pack/layout',
      'pack/manifest',
      'guard/shares',
      'token/client',
    ],
    {
      builtins: {
        'node:child_process': 'all',
        'node:crypto': 'all',
        'node:fs': 'all',
        'node:os': 'all',
        'node:path': 'all',
        'node:stream': 'all',
        'node:url': 'all',
      },
    },
  ),
  effects(
    'adapters',
    'implement the ports: files, clock, random, guard client, issuing, people at the table',
    ['base', 'channel', 'der', 'quorum', 'plan/step-words'],
    {
      types: ['ports', 'pki', 'pack', 'plan', 'transcript'],
      lazily: ['issue'],
      packages: ['chalk', 'inquirer'],
      builtins: {
        'node:crypto': 'all',
        'node:fs': 'all',
        'node:os': 'all',
        'node:path': 'all',
        'node:stream': 'all',
        'node:url': 'all',
      },
    },
  ),
  effects(
    'cli',
    'one file per command; joins adapters and core',
    [
      ...STEP_MAY,
      'channel',
      'program',
      'usage',
      'steps',
      'run',
      'pack',
      'report',
      'paper',
      'verify',
      'calendar',
      'issue',
      'adapters',
    ],
    {
      types: ['ports', 'doctor', 'node:stream'],
      packages: ['commander'],
      builtins: { 'node:fs': 'all', 'node:path': 'all', 'node:url': 'all' },
    },
  ),
  effects('main', 'the command line and the exit code; commands load when they are called', ['base'], {
    lazily: ['cli', 'commander'],
    builtins: { 'node:fs': 'all' },
  }),
];

export const FILES: readonly FileRule[] = [
  {
    file: 'token/client.ts',
    builtins: { 'node:child_process': ['spawn', 'ChildProcess'] },
    why: 'starts a token process for the guard or the stage, with no other program and no shell',
  },
  {
    file: 'channel/inherited.ts',
    builtins: { 'node:net': ['Socket'] },
    why: 'Node wraps a pipe that the parent left open as a Socket; the permission model still refuses to connect',
  },
  {
    file: 'supervisor/sync-all.ts',
    builtins: { 'node:ffi': 'all' },
    effects: true,
    why: 'one call, syncfs: a thousand files become durable in one wait',
  },
  {
    file: 'issue/stand-in.ts',
    builtins: { 'node:crypto': [...PURE_CRYPTO, 'generateKeyPairSync', 'sign'] },
    why: 'the plan lints with a throw-away key of the same type, and it signs nothing else',
  },
  {
    file: 'report/layout/fonts.ts',
    builtins: { 'node:fs': ['readFileSync'] },
    effects: true,
    why: 'the fonts of a locked package: the same bytes each time',
  },
  {
    file: 'cms/enveloped-data.ts',
    builtins: { 'node:crypto': [...PURE_CRYPTO, 'publicEncrypt'] },
    why: 'RSA-OAEP draws its own padding; there is no way to hand it in',
  },
];

/** Modules that open connections, start programs, or load code from elsewhere. */
export const REACHES_OUT: readonly string[] = [
  'node:child_process',
  'node:cluster',
  'node:dgram',
  'node:dns',
  'node:http',
  'node:http2',
  'node:https',
  'node:inspector',
  'node:module',
  'node:net',
  'node:quic',
  'node:tls',
  'node:vm',
  'node:wasi',
  'node:worker_threads',
];

const RUNNER = ['run', 'issue', 'guard', 'token', 'adapters', 'report', 'paper', 'rehearsal', 'supervisor'];

export const REACH: readonly ReachRule[] = [
  {
    from: 'verify',
    packages: ['yaml', 'zod'],
    never: [...REACHES_OUT, ...RUNNER, 'node:ffi', 'node:fs'],
    why: 'an auditor needs no HSM library and no compiler, and shares no code with what is judged but the pure parts',
  },
  {
    from: 'guard',
    packages: ['shamir-secret-sharing'],
    never: REACHES_OUT,
    why: 'one poisoned package in this process could approve what nobody approved',
  },
  {
    from: 'token',
    packages: ['graphene-pk11', 'pkcs11js', 'tslib'],
    never: REACHES_OUT,
    why: 'PINs pass here',
  },
  {
    from: 'supervisor',
    packages: [],
    never: REACHES_OUT.filter((name) => name !== 'node:child_process'),
    except: ['node:child_process'],
    why: 'it runs without the permission model',
  },
  {
    from: 'rehearsal',
    // Through guard/shares alone: share sets of the stage are made by the code that makes the others.
    packages: ['shamir-secret-sharing'],
    never: REACHES_OUT.filter((name) => name !== 'node:child_process'),
    except: ['node:child_process'],
    why: 'it holds the PINs of the rehearsal, and starts token processes',
  },
];
