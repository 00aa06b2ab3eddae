/** Thrown when the counted work of one direction is used up. */
export class OutOfBudget extends Error {}

/** Counts work. All limits of the solver are counts: the same question always ends the same way. */
export class Meter {
  #left: number;
  readonly maxStates: number;

  constructor(steps: number, maxStates: number) {
    this.#left = steps;
    this.maxStates = maxStates;
  }

  /** One unit is about one formula looked at. */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw new OutOfBudget();
  }
}
