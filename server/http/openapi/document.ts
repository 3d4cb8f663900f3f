import { CODES, COMMON_PARAMETERS, GROUPS } from './method-doc.ts';
import type { Group, MethodDoc, ParameterDoc } from './method-doc.ts';
import { FIRST_DOCS, INTERNAL_DOCS } from './other-docs.ts';
import { PUBLIC_DOCS } from './public-docs.ts';
import { THIRD_PATHS } from './third-paths.ts';

type Json = Readonly<Record<string, unknown>>;

/** Every method with a form, in the order they are told of. */
export const METHOD_DOCS: readonly MethodDoc[] = [...PUBLIC_DOCS, ...FIRST_DOCS, ...INTERNAL_DOCS];

const TYPES: Readonly<Record<ParameterDoc['type'], Json>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  flag: { type: 'integer', description: 'any integer but 0 is yes' },
  uuid: { type: 'string', format: 'uuid' },
  key: { type: 'string' },
  date: { type: 'string', format: 'date' },
  file: { type: 'string', format: 'binary' },
};

/** The description of the whole API for machines: OpenAPI 3.1. */
export function openApiDocument(): Json {
  const paths = METHOD_DOCS.map((doc): [string, Json] => [doc.path, pathItemOf(doc)]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'AcoustID web service',
      version: '2',
      description:
        'Audio identification by fingerprint. Every method takes GET and POST; values of the query string come before those of the form.',
    },
    servers: [{ url: '/' }],
    tags: Object.values(GROUPS).map((name) => ({ name })),
    paths: { ...Object.fromEntries(paths), ...THIRD_PATHS },
    components: { schemas: { Error: errorSchema() } },
  };
}

/** The parameters of a method with those all methods of its version have. */
export function parametersOf({ group, parameters }: MethodDoc): readonly ParameterDoc[] {
  const common =
    group === 'first'
      ? COMMON_PARAMETERS.filter(({ name }) => name === 'secret')
      : COMMON_PARAMETERS;
  return [...parameters, ...common];
}

function pathItemOf(doc: MethodDoc): Json {
  const parameters = parametersOf(doc);
  const operation = (method: string): Json => ({
    operationId: `${method}_${doc.path.slice(1).replaceAll('/', '_')}`,
    tags: [tagOf(doc.group)],
    summary: doc.summary,
    description: doc.about,
    responses: responsesOf(doc),
  });
  const inQuery = parameters.filter(({ type }) => type !== 'file').map(queryParameterOf);
  return {
    get: { ...operation('get'), parameters: inQuery },
    post: { ...operation('post'), requestBody: requestBodyOf(parameters) },
  };
}

function tagOf(group: Group): string {
  return GROUPS[group];
}

function queryParameterOf(parameter: ParameterDoc): Json {
  const { name, repeated, required = false } = parameter;
  const schema = schemaOf(parameter);
  const list = { schema: { type: 'array', items: schema }, style: 'form', explode: true };
  return {
    name,
    in: 'query',
    description: aboutOf(parameter),
    // An indexed parameter may be there under its suffixed name only.
    required: required && parameter.indexed !== true,
    ...(repeated === true ? list : { schema }),
  };
}

function requestBodyOf(parameters: readonly ParameterDoc[]): Json {
  const properties = parameters.map((each): [string, Json] => [
    each.name,
    { ...schemaOf(each), description: aboutOf(each) },
  ]);
  const indexed = parameters
    .filter((each) => each.indexed === true)
    .map((each): [string, Json] => [`^${each.name}\\.\\d+$`, schemaOf(each)]);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    patternProperties: Object.fromEntries(indexed),
  };
  return {
    content: {
      'application/x-www-form-urlencoded': { schema },
      'multipart/form-data': { schema },
    },
  };
}

function schemaOf({ type }: ParameterDoc): Json {
  return TYPES[type];
}

function aboutOf({ about, indexed, repeated, required }: ParameterDoc): string {
  const notes = [
    ...(required === true ? ['required'] : []),
    ...(repeated === true ? ['repeatable'] : []),
    ...(indexed === true ? ['with suffix .N in a batch'] : []),
  ];
  return notes.length === 0 ? about : `${about} (${notes.join(', ')})`;
}

function responsesOf({ answer, codes, group }: MethodDoc): Json {
  const example = { ...answer, status: 'ok' };
  const object = { schema: { type: 'object' } };
  const content =
    group === 'first'
      ? { 'text/xml': object }
      : { 'application/json': { ...object, example }, 'text/xml': object };
  const refusals = [...codes, 14, 19].map((code) => `${code}: ${CODES[code] ?? ''}`);
  const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return {
    200: { description: 'done', content },
    default: { description: `refused; ${refusals.join('; ')}`, content: error },
  };
}

function errorSchema(): Json {
  const codes = Object.keys(CODES).map(Number);
  return {
    type: 'object',
    required: ['status', 'error'],
    properties: {
      status: { const: 'error' },
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: { code: { enum: codes }, message: { type: 'string' } },
      },
    },
  };
}
