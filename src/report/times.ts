/** Times are text in the record, `2027-03-01T09:00:00Z`, and stay text here: nothing depends on the machine's zone. */

/** `2027-03-01` */
export function dayOf(at: string): string {
  return at.slice(0, 10);
}

/** `09:00:00` */
export function clockOf(at: string): string {
  return at.slice(11, 19);
}

/** `2027-03-01 09:00:00 UTC` */
export function instant(at: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at) ? `${dayOf(at)} ${clockOf(at)} UTC` : at;
}

/** `2027-03-01, 09:00:00 to 12:30:00 UTC`; with both days where they differ. */
export function span(from: string, to: string): string {
  if (dayOf(from) === dayOf(to)) return `${dayOf(from)}, ${clockOf(from)} to ${clockOf(to)} UTC`;
  return `${dayOf(from)} ${clockOf(from)} to ${dayOf(to)} ${clockOf(to)} UTC`;
}
