/** Where a roster lies in an evidence pack, with its signatures and the certificates of its members. */
export const ROSTER_FILE = 'roster/roster.json';

/** Of a ceremony that changes its roster: the one that is in force from then on. */
export const NEXT_ROSTER_FILE = 'roster/next/roster.json';

/** What the quorum of the roster before approves of that change. */
export const ROSTER_CHANGE_FILE = 'roster/change.json';

/** @param index of the member's token: 0 for the first, 1 for the spare */
export function rosterCertificatePath(seat: string, index = 0): string {
  return index === 0 ? `roster/${seat}.pem` : `roster/${seat}.${index + 1}.pem`;
}

export function rosterSignaturePath(seat: string): string {
  return `roster/${seat}.p7s`;
}

/** @param index of the member's token: 0 for the first, 1 for the spare */
export function nextRosterCertificatePath(seat: string, index = 0): string {
  return rosterCertificatePath(seat, index).replace(/^roster\//, 'roster/next/');
}

export function nextRosterSignaturePath(seat: string): string {
  return `roster/next/${seat}.p7s`;
}

/** Approval of the change by a member of the roster before. */
export function rosterChangeApprovalPath(seat: string): string {
  return `roster/change/${seat}.p7s`;
}

/** Whether a file is of a change of the roster, and so of the ceremony and not of what lay there before it. */
export function isOfRosterChange(path: string): boolean {
  return path === ROSTER_CHANGE_FILE || path.startsWith('roster/next/') || path.startsWith('roster/change/');
}
