/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The fields of the body; none when it is not a JSON object. */
  readonly json: Fields;
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: headersOf(response), text, json: fieldsOf(text) };
}

export function headersOf({ headers }: Response): Answer['headers'] {
  return Object.fromEntries(headers);
}

export function fieldsOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}

/** The detail of a problem by Carillon (RFC 9457); undefined when the answer is none. */
export function problemIn({ headers, json }: Answer): string | undefined {
  const isProblem = headers['content-type']?.startsWith('application/problem+json') === true;
  return isProblem && String(json['instance']).startsWith('urn:uuid:') ? String(json['detail']) : undefined;
}
