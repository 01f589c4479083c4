import { InvalidArgumentError } from 'commander';

/** A parser of a flag that takes a whole number of this range; anything else is refused with words. */
export function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** The same for multiples of a number, and more than once that number. */
export function multipleOf(step: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value > step && value % step === 0) return value;
    throw new InvalidArgumentError(`It must be a multiple of ${step} and more than that.`);
  };
}

/** The same for several whole numbers, separated by commas. */
export function eachBetween(least: number, most: number): (text: string) => number[] {
  const one = between(least, most);
  return (text) => text.split(',').map(one);
}
