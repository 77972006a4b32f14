/** A column's name as a row has it. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
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
