import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CeremonyError } from '../base/errors.ts';
import type { VendorWork } from './cast.ts';
import type { PlayedStore } from './played-hsm.ts';

/**
 * Plays what people do with other tools: for each such step of the script a shell script that copies what is on one
 * played HSM to another, as cloning in one domain does. The other keeps its serial and its label.
 */
export interface VendorTools {
  /** Sheet → its text: what people read and do. */
  readonly sheets: ReadonlyMap<string, string>;
  /** Step → the shell script that does it. */
  readonly scripts: ReadonlyMap<string, string>;
}

/** @throws CeremonyError REHEARSAL_SETUP when a copy is to or from an HSM that is not played */
export function makeVendorTools(
  works: readonly VendorWork[],
  stores: ReadonlyMap<string, PlayedStore>,
  folder: string,
): VendorTools {
  const sheets = new Map<string, string>();
  const scripts = new Map<string, string>();
  for (const { step, sheet, copies } of works) {
    const script = join(folder, `vendor-${step}.sh`);
    const lines = copies.map(({ from, to }) => copyLines(storeOf(from, stores), storeOf(to, stores)));
    writeFileSync(script, ['#!/bin/sh', 'set -eu', ...lines.flat(), ''].join('\n'), { flag: 'wx', mode: 0o600 });
    scripts.set(step, script);
    const said = copies.map(({ from, to }) => `   copies what is on "${from}" to "${to}"`);
    const text = [
      'In another window of this computer:',
      `1. sh ${script}`,
      ...said,
      '2. See that it ended without a word.',
    ];
    sheets.set(sheet, `${sheets.get(sheet) ?? 'A REHEARSAL: no vendor and no device is there.\n'}${text.join('\n')}\n`);
  }
  return { sheets, scripts };
}

/** Does the work of that step, where it has any. @throws CeremonyError REHEARSAL_SETUP */
export function workWithTools(step: string, scripts: ReadonlyMap<string, string>): void {
  const script = scripts.get(step);
  if (script === undefined) return;
  const { status, stderr } = spawnSync('/bin/sh', [script], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
  if (status === 0) return;
  throw new CeremonyError('REHEARSAL_SETUP', `the played tool of step "${step}" failed: ${stderr.trim().slice(-400)}`);
}

function storeOf(name: string, stores: ReadonlyMap<string, PlayedStore>): PlayedStore {
  const store = stores.get(name);
  if (store) return store;
  throw new CeremonyError('REHEARSAL_SETUP', `the HSM "${name}" is a plain SoftHSM, whose keys no tool copies`, {
    hint: 'rehearse with --as luna-7, or another HSM that is played',
  });
}

function copyLines(from: PlayedStore, to: PlayedStore): string[] {
  // In this order: once it has the other serial, it is not known by its own.
  const says = [`token ${from.serial} label ${to.label}`, `token ${from.serial} serial ${to.serial}`];
  const renewed = `${to.control}.new`;
  return [
    `rm -rf ${quoted(to.tokens)}`,
    `cp -R ${quoted(from.tokens)} ${quoted(to.tokens)}`,
    ...(from.keyFiles === null || to.keyFiles === null
      ? []
      : [`cp -R ${quoted(`${from.keyFiles}/.`)} ${quoted(to.keyFiles)}`]),
    // It behaves as the other one, in its own folder.
    `sed ${quoted(`s|${inPattern(from.tokens)}|${inPattern(to.tokens)}|g`)} ${quoted(from.control)} >${quoted(renewed)}`,
    ...says.map((line) => `printf '%s\\n' ${quoted(line)} >>${quoted(renewed)}`),
    `mv ${quoted(renewed)} ${quoted(to.control)}`,
  ];
}

/** For sed, which would take some characters for its own. */
function inPattern(path: string): string {
  return path.replaceAll(/[\\|&.*^$[\]]/g, (character) => `\\${character}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
