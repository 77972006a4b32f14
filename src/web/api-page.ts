/** What this page uses of Swagger UI, whose own script runs first. */
declare function SwaggerUIBundle(options: object): void;

interface System {
  readonly React: { createElement(tag: string, properties: object, ...children: unknown[]): unknown };
}

type Document = Readonly<Record<string, unknown>>;

/** Carillon may be mounted below a path. The document does not know the path: its server is the root of the host. */
const updateJsonSpec = (update: (document: Document) => unknown) => (document: Document) =>
  update({ ...document, servers: [{ url: new URL('.', location.href).pathname }] });

/** Swagger UI shows an answer when it is complete, and a stream never is. */
const allowTryItOutFor = () => (_state: unknown, path: string) => path !== '/notifications/stream';

/**
 * Shows a description as text. Swagger UI makes HTML of it, and the page would need a policy without Trusted Types for
 * that. The document has code between backticks and no other Markdown; Swagger UI itself adds some `<i>`.
 */
const Markdown =
  (_original: unknown, { React }: System) =>
  ({ source = '' }: { source?: string }) => {
    const parts = source.replaceAll(/<\/?i>/g, '').split('`');
    const shown = parts.map((text, i) =>
      i % 2 === 0 ? text : React.createElement('code', { key: i }, text),
    );
    return React.createElement('div', { className: 'renderedMarkdown' }, React.createElement('p', {}, shown));
  };

SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: 'openapi.json',
  // Its badge is a picture that another host makes.
  validatorUrl: null,
  plugins: [
    {
      statePlugins: { spec: { wrapActions: { updateJsonSpec }, wrapSelectors: { allowTryItOutFor } } },
      wrapComponents: { Markdown },
    },
  ],
});
