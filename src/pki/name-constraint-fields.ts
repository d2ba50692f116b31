import type { Json, JsonObject } from '../base/canonical-json.ts';
import { below, type FieldFault, type FieldReading, fault, firstRepeated, readMembers } from './field-reading.ts';
import { formatIpNetwork, parseIpNetwork } from './ip-network.ts';
import { ATTRIBUTE_TYPES, nameProblems, subjectOf } from './name.ts';

/** The forms of names that a CA can be confined to, in the order in which we write them. */
export const NAME_FORMS = ['dns', 'ip', 'email', 'uri', 'directory'] as const;
export type NameForm = (typeof NAME_FORMS)[number];

/** Attributes of a directory name as scripts give them; a list for one that repeats. */
export type DirectoryMapping = { readonly [type: string]: string | readonly string[] };

export type NameSubtrees = {
  /** Host names, each with all below it; `''` alone for every name (RFC 5280 §4.2.1.10; TLS BR §7.1.2.5). */
  readonly dns?: readonly string[];
  /** Networks in CIDR notation. */
  readonly ip?: readonly string[];
  /** A mailbox, a host for all its mailboxes, or a domain that begins with a dot for all hosts in it. */
  readonly email?: readonly string[];
  /** The host of a URI, or a domain that begins with a dot for all hosts in it. */
  readonly uri?: readonly string[];
  /** Names that begin with these attributes. */
  readonly directory?: readonly DirectoryMapping[];
};

/** RFC 5280 §4.2.1.10: a name must be in some permitted subtree of its form, if there are any, and in no excluded one. */
export type NameConstraints = { readonly permitted?: NameSubtrees; readonly excluded?: NameSubtrees };

/** Scripts write `all` for every name of the form; these stand for it. */
const ALL: { readonly [form in 'dns' | 'ip']: readonly string[] } = { dns: [''], ip: ['0.0.0.0/0', '::/0'] };

const ITEMS: { readonly [form in NameForm]: (item: Json) => FieldReading } = {
  dns: readHost,
  ip: readNetwork,
  email: readEmail,
  uri: readUriHost,
  directory: readDirectory,
};

export function readNameConstraints(value: Json): FieldReading {
  const sides = readMembers(value, 'name constraints', ['permitted', 'excluded']);
  if ('faults' in sides) return sides;
  const readings = Object.entries(sides.mapping).map(
    ([side, subtrees]) => [side, readSubtrees(subtrees, side)] as const,
  );
  return joined(readings);
}

function readSubtrees(value: Json, side: string): FieldReading {
  const forms = readMembers(value, `"${side}"`, NAME_FORMS);
  if ('faults' in forms) return forms;
  return joined(Object.entries(forms.mapping).map(([form, list]) => [form, readForm(form as NameForm, list)] as const));
}

function joined(readings: readonly (readonly [name: string, reading: FieldReading])[]): FieldReading {
  const faults = readings.flatMap(([name, reading]) => below(reading, name));
  if (faults.length > 0) return { faults };
  const entries = readings.flatMap(([name, reading]) => ('value' in reading ? [[name, reading.value] as const] : []));
  return { value: Object.fromEntries(entries) as JsonObject };
}

function readForm(form: NameForm, value: Json): FieldReading {
  const all = form === 'dns' || form === 'ip' ? ALL[form] : undefined;
  if (all && value === 'all') return { value: all };
  if (!Array.isArray(value) || value.length === 0) {
    const or = all ? ', or all' : '';
    return fault(`${JSON.stringify(value)} is not a list of names, expected at least one in brackets${or}`);
  }
  // The form in which `all` stands in plan and pack.
  if (form === 'dns' && value.length === 1 && value[0] === '') return { value };
  const faults: FieldFault[] = [];
  const items: Json[] = [];
  for (const [index, item] of value.entries()) {
    const reading = ITEMS[form](item);
    if ('faults' in reading) faults.push(...below(reading, index));
    else items.push(reading.value);
  }
  if (faults.length > 0) return { faults };
  const twice = firstRepeated(items.map((item) => JSON.stringify(item)));
  return twice === undefined ? { value: items } : fault(`${twice} is named twice`);
}

/** Letters, digits and hyphens, as in the DNS (RFC 1034 §3.5); names of other scripts as A-labels (RFC 5280 §7.2). */
const LABEL = '(?!-)[a-z0-9-]{1,63}(?<!-)';
const HOST = new RegExp(`^(?=.{1,253}$)${LABEL}(\\.${LABEL})*$`);

function isHost(text: string): boolean {
  // A last label of digits alone is an address (RFC 3696 §2).
  return HOST.test(text) && !/(^|\.)[0-9]+$/.test(text);
}

function readHost(item: Json): FieldReading {
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  if (typeof item === 'string' && isHost(item)) return { value: item };
  const plain = text.toLowerCase().replace(/^\*?\.|\.$/g, '');
  if (typeof item === 'string' && isHost(plain)) {
    return fault(
      `"${text}" is not in normal form, expected "${plain}", which stands for itself and all names below it`,
    );
  }
  return fault(`"${text}" is not a host name of letters, digits and hyphens, expected one such as "example.com"`);
}

function readNetwork(item: Json): FieldReading {
  const network = typeof item === 'string' ? parseIpNetwork(item) : undefined;
  if (!network) {
    const like = '"10.0.0.0/8" or "2001:db8::/32"';
    return fault(`${JSON.stringify(item)} is not a network in CIDR notation, expected one such as ${like}`);
  }
  const normal = formatIpNetwork(network);
  return normal === item ? { value: item } : fault(`"${item}" is not in normal form, expected "${normal}"`);
}

/** RFC 5321 §4.1.2 Dot-string, the local part of a mailbox that needs no quotes. */
const LOCAL = /^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

function readEmail(item: Json): FieldReading {
  const [, local, host = ''] = typeof item === 'string' ? (/^(?:(.*)@)?(.*)$/.exec(item) ?? []) : [];
  const plain = host.toLowerCase();
  const isSound = local === undefined ? isHost(plain.replace(/^\./, '')) : LOCAL.test(local) && isHost(plain);
  if (!isSound) {
    const like = '"user@example.com", "example.com" or ".example.com"';
    return fault(`${JSON.stringify(item)} is not a mailbox, host or domain, expected one such as ${like}`);
  }
  const normal = local === undefined ? plain : `${local}@${plain}`;
  return normal === item ? { value: item } : fault(`"${String(item)}" is not in normal form, expected "${normal}"`);
}

function readUriHost(item: Json): FieldReading {
  const text = typeof item === 'string' ? item : JSON.stringify(item);
  const host = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/)?([^/:@?#]*)/.exec(text)?.[1]?.toLowerCase() ?? '';
  if (!isHost(host.replace(/^\./, ''))) {
    const like = '"example.com" or ".example.com"';
    return fault(`"${text}" is not the host or domain of a URI, expected one such as ${like}`);
  }
  if (host !== item) return fault(`"${text}" is not in normal form, expected "${host}": only the host of a URI counts`);
  return { value: item };
}

function readDirectory(item: Json): FieldReading {
  const members = readMembers(item, 'a directory name', ATTRIBUTE_TYPES);
  if ('faults' in members) return members;
  const entries = Object.entries(members.mapping);
  const odd = entries.find(
    ([, value]) => !isText(value) && !(Array.isArray(value) && value.length > 0 && value.every(isText)),
  );
  if (odd) return fault(`${JSON.stringify(odd[1])} is not a text or a list of them`, odd[0]);
  const mapping = members.mapping as unknown as DirectoryMapping;
  const problems = nameProblems(subjectOf(mapping));
  if (problems.length > 0) return { faults: problems.map((message) => ({ path: [], message })) };
  const value = entries.map(([type, one]) => [type, Array.isArray(one) && one.length === 1 ? one[0] : one]);
  return { value: Object.fromEntries(value) as JsonObject };
}

function isText(value: Json): boolean {
  return typeof value === 'string';
}

/** Whether a name of that form can only be one that the constraints name: permitted somewhere, or excluded whole. */
export function isConstrained({ permitted, excluded }: NameConstraints, form: NameForm): boolean {
  if (permitted?.[form] !== undefined) return true;
  if (form !== 'dns' && form !== 'ip') return false;
  return ALL[form].every((item) => excluded?.[form]?.includes(item));
}
