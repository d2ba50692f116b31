/** Where a roster lies in an evidence pack, with its signatures and the certificates of its members. */
export const ROSTER_FILE = 'roster/roster.json';

/** @param index of the member's token: 0 for the first, 1 for the spare */
export function rosterCertificatePath(seat: string, index = 0): string {
  return index === 0 ? `roster/${seat}.pem` : `roster/${seat}.${index + 1}.pem`;
}

export function rosterSignaturePath(seat: string): string {
  return `roster/${seat}.p7s`;
}
