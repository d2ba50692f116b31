import type { MediumSeen, Mode } from './facts.ts';
import { mib } from './judge-machine.ts';
import { type Line, ok, stops, warns } from './line.ts';

const LEAST_ROOM = 16 * 2 ** 20;

/** The folders of a site's media. In a rehearsal they may be folders of this computer; in a production they may not. */
export function judgeMedia(media: readonly MediumSeen[], mode: Mode): Line[] {
  return media.map((medium) => {
    const { name, at, exists, writable, mounted, freeBytes } = medium;
    const subject = `medium ${name}`;
    if (!exists) return stops(subject, `${at} is not there`, 'insert it and mount it there');
    if (mode === 'production' && !mounted)
      return stops(subject, `nothing is mounted at ${at}`, 'insert it and mount it there');
    if (!writable)
      return stops(subject, `${at} cannot be written`, 'mount it to be written, by whoever runs the ceremony');
    if (freeBytes < LEAST_ROOM)
      return stops(subject, `${at} has ${mib(freeBytes)} MiB of room`, `take one with ${mib(LEAST_ROOM)} MiB at least`);
    const twin = media.find((other) => other !== medium && other.name === name && other.device === medium.device);
    if (mode === 'production' && twin)
      return warns(subject, `${at} and ${twin.at} are one device`, 'take two, which are kept in two places');
    return ok(subject, `${at}, ${mib(freeBytes)} MiB of room${mounted ? '' : ' (a folder of this computer)'}`);
  });
}
