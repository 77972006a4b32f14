/**
 * What a migration must not do, because the version before still runs on the database for a while, or again. The rule is
 * in docs/deploy.md, "Migrations".
 * @returns a sentence for each statement that breaks it.
 */
export function faultsOfMigration(sql: string, dialect: 'sqlite' | 'postgres'): string[] {
  const statements = sql
    // What a function does is nothing that the migration does.
    .replaceAll(/\$\$.*?\$\$/gs, '$$$$')
    .split(/--> statement-breakpoint|;/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^--.*$/gm, '').trim() !== '');
  const made = new Set(
    statements.flatMap((statement) => /^CREATE TABLE (\S+)/i.exec(bare(statement))?.[1] ?? []),
  );
  return statements.flatMap((statement) => {
    const why = whyForbidden(statement, made, dialect);
    return why === undefined ? [] : [`${bare(statement).split('\n')[0] ?? ''}: ${why}`];
  });
}

function whyForbidden(
  statement: string,
  made: ReadonlySet<string>,
  dialect: 'sqlite' | 'postgres',
): string | undefined {
  const text = bare(statement);
  if (/^CREATE TABLE /i.test(text)) return undefined;
  // Applications call functions; no version of Carillon does.
  if (/^CREATE (?:OR REPLACE )?FUNCTION /i.test(text)) return undefined;
  if (/^REVOKE \S+ ON (?:ALL FUNCTIONS IN SCHEMA|FUNCTION) .* FROM PUBLIC$/is.test(text)) return undefined;
  const altered = /^ALTER TABLE (\S+) ADD (?!CONSTRAINT)(?:COLUMN )?(.*)$/is.exec(text);
  if (altered !== null) return whyColumn(altered[2] ?? '');
  const constrained = /^ALTER TABLE (\S+) ADD CONSTRAINT /i.exec(text);
  if (constrained !== null) {
    const isNew = made.has(constrained[1] ?? '');
    return isNew ? undefined : 'the version before may write rows that the constraint refuses';
  }
  const indexed = /^CREATE (UNIQUE )?INDEX (IF NOT EXISTS )?\S+ ON (?:ONLY )?([^\s(]+)/i.exec(text);
  if (indexed !== null) {
    const [, unique, ifMissing, table = ''] = indexed;
    if (made.has(table)) return undefined;
    if (unique !== undefined) return 'the version before may write rows that the index refuses';
    return dialect === 'postgres' && ifMissing === undefined
      ? 'nobody can write to the table until it is built; say IF NOT EXISTS, so that it can be built before, CONCURRENTLY'
      : undefined;
  }
  const isDrop = /^(?:DROP (?:TABLE|INDEX) |ALTER TABLE \S+ DROP COLUMN )/i.test(text);
  if (isDrop && /^-- not used since \d+\.\d+\.\d+$/m.test(statement)) return undefined;
  return isDrop
    ? 'the version before may use it'
    : 'it is none of the kinds that the version before can live with';
}

function whyColumn(definition: string): string | undefined {
  const hasDefault = /\bDEFAULT\b/i.test(definition);
  if (/\bNOT NULL\b/i.test(definition) && !hasDefault)
    return 'the version before writes rows without the column';
  if (/\b(?:UNIQUE|CHECK|PRIMARY KEY)\b/i.test(definition))
    return 'the version before may write rows that it refuses';
  return undefined;
}

/** Without comments, quotes, and the schema that PostgreSQL's statements name. */
function bare(statement: string): string {
  return statement
    .replaceAll(/^--.*$/gm, '')
    .replaceAll(/[`"]/g, '')
    .replaceAll(/\bpublic\./g, '')
    .trim();
}
