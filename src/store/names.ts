/** The names of all columns that were met, which are few. */
const known = new Map<string, string>();

/** A column's name as a row has it. */
export function camelCase(name: string): string {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  known.set(name, made);
  return made;
}

/** Makes rows of arrays of values. @param names the columns' names, as the database gives them */
export function rowMaker(names: readonly string[]): (values: readonly unknown[]) => Record<string, unknown> {
  const properties = names.map(camelCase);
  return (values) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < properties.length; i++) row[properties[i] ?? ''] = values[i];
    return row;
  };
}
