/** What each day added: differences of neighbours, the first day left out; null where one lacks. */
export function additionsOf(values: readonly (number | null)[]): (number | null)[] {
  return values.slice(1).map((value, at) => {
    const before = values[at];
    return value === null || before === null || before === undefined ? null : value - before;
  });
}
