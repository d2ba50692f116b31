/** An option: its type and number as node:util's parseArgs reads them, the rest for the page of help. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  /** What stands for the value in the help. */
  readonly value?: string;
  /** Whether the command is refused without it. */
  readonly required?: true;
  readonly says: string;
}

export interface CommandUsage {
  readonly says: string;
  /** The one argument that is no option; with `...` behind it once or more often. */
  readonly takes?: string;
  /** What follows it, once or more often. */
  readonly takesMore?: string;
  readonly options: Readonly<Record<string, Option>>;
}

/** The core alone prints a plan; with `--pdf` the supervisor starts it, and writes the file. */
export const PLAN = {
  says: 'bind a script to a site, simulate it to the end, and print what will be done',
  takes: 'script',
  options: {
    site: {
      type: 'string',
      value: 'file',
      says: 'site binding; roster and authorization are taken from beside it',
    },
    'as-of': { type: 'string', value: 'utc', says: 'plan as of this time instead of now' },
    json: { type: 'boolean', says: 'print the plan as JSON' },
    pdf: { type: 'string', value: 'file', says: 'write the printed script for the table into a new file' },
    paper: { type: 'string', value: 'size', says: 'a4 or letter, a4 if not said' },
  },
} as const satisfies CommandUsage;

/** The commands of the supervisor, which parses by this; the page of help is printed by the core. */
export const COMMANDS = {
  doctor: {
    says: 'look at this computer, its HSMs and tokens, and say what would stop a ceremony; tries no PIN',
    options: {
      site: {
        type: 'string',
        value: 'file',
        says: 'also hold what is here to that site binding and to what lies beside it',
      },
      module: {
        type: 'string',
        multiple: true,
        value: 'path',
        says: 'PKCS#11 modules to look at besides those that it finds',
      },
      out: { type: 'string', value: 'dir', says: 'the folder in which the evidence pack is to be made' },
      within: { type: 'string', value: 'seconds', says: 'how long a module may take for one answer, 30 if not said' },
      json: { type: 'boolean', says: 'print everything that was seen as JSON' },
    },
  },
  rehearse: {
    says: 'rehearse scripts, each after the pack of the one before, with throw-away SoftHSM tokens and played people',
    takes: 'script...',
    options: {
      out: {
        type: 'string',
        value: 'dir',
        required: true,
        says: 'a new folder for the evidence pack; of several scripts for a folder each, such as 01-root-generation',
      },
      from: {
        type: 'string',
        value: 'pack',
        says: 'the evidence pack of the ceremony before the first; what the script uses of it is invented if not said',
      },
      site: {
        type: 'string',
        value: 'file',
        says: 'of one script, the real site binding: people, labels, media, bags and file names are as it says',
      },
      as: {
        type: 'string',
        multiple: true,
        value: 'name',
        says: 'what the HSMs (luna-7, …) and the quorum cards (piv) are played as; SoftHSM if not said',
      },
      listed: {
        type: 'string',
        value: 'count',
        says: 'how many certificates the CRL of an adopted CA lists, and a list that asserts: how long one of your size takes',
      },
      json: { type: 'boolean', says: 'print a summary as JSON' },
    },
  },
  run: {
    says: 'run a ceremony with people at this terminal',
    takes: 'script',
    options: {
      site: {
        type: 'string',
        value: 'file',
        required: true,
        says: 'site binding; roster and authorization lie beside it',
      },
      out: { type: 'string', value: 'dir', required: true, says: 'a new folder for the evidence pack' },
      mirror: {
        type: 'string',
        value: 'dir',
        says: 'a second new folder, on another medium, that holds the same at every moment',
      },
      roster: { type: 'string', value: 'sha256', says: "the roster's digest, as the people carry it" },
      resume: {
        type: 'boolean',
        says: 'go on with the interrupted ceremony in the folder of --out, or in either with --mirror',
      },
    },
  },
  authorize: {
    says: 'make the authorization of a ceremony, and have the policy authority sign it at this terminal',
    takes: 'script',
    options: {
      site: {
        type: 'string',
        value: 'file',
        required: true,
        says: 'site binding; the roster lies beside it, and the authorization will',
      },
      from: { type: 'string', value: 'utc', says: 'the ceremony is held not before this time' },
      until: { type: 'string', value: 'utc', says: 'nor after this time, at most 92 days later' },
      change: { type: 'string', value: 'text', says: 'the change record' },
      ceremony: { type: 'string', value: 'number', says: 'number of this ceremony of the CA, 1 if not said' },
      previous: {
        type: 'string',
        value: 'sha256',
        says: "of the manifest of the CA's previous pack; 64 zeros for none",
      },
      reference: {
        type: 'string',
        multiple: true,
        value: 'name=sha256',
        says: 'a digest that arrived another way than the files',
      },
      sign: {
        type: 'boolean',
        says: 'go on with an authorization that is there: add the signatures that it lacks',
      },
    },
  },
  add: {
    says: 'add evidence that came after the close to an evidence pack, as an addendum; needs no HSM',
    takes: 'pack',
    takesMore: 'file',
    options: {
      evidence: { type: 'string', value: 'kind', required: true, says: 'what it is, as the script promises it' },
      'hash-only': { type: 'boolean', says: 'take the digests of the files alone, and do not copy them' },
      note: { type: 'string', value: 'text', says: 'one line in your own words, such as where the files are kept' },
      sign: {
        type: 'boolean',
        says: 'have members of the roster read it and sign it with their tokens, at this terminal',
      },
      roster: {
        type: 'string',
        value: 'sha256',
        says: "with --sign: the roster's digest, as the people carry it; the pack's own if not said",
      },
      undeclared: { type: 'boolean', says: 'the script does not promise this kind, and it is added all the same' },
    },
  },
  practice: {
    says: 'set a table to practise at: SoftHSM tokens, people, site and authorization for a script',
    takes: 'script',
    options: {
      in: { type: 'string', value: 'dir', required: true, says: 'a new folder for all of it' },
      from: {
        type: 'string',
        value: 'pack',
        says: 'the evidence pack of the ceremony before this one; what the script uses of it is invented if not said',
      },
      as: {
        type: 'string',
        multiple: true,
        value: 'name',
        says: 'what the HSMs (luna-7, …) and the quorum cards (piv) are played as; SoftHSM if not said',
      },
    },
  },
} as const satisfies Readonly<Record<string, CommandUsage>>;

export type CommandName = keyof typeof COMMANDS;
