/** Thrown when a part cannot be made: the check `owner` reports it, and what needs the part does not run. */
export class PartMissing extends Error {
  readonly owner: string;
  readonly where: string;

  constructor(owner: string, where: string, message: string) {
    super(message);
    this.owner = owner;
    this.where = where;
  }
}
