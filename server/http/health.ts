import type { RequestHandler, Response } from 'express';

export interface Health {
  /** True from the first stop signal on: balancers should send no more. */
  readonly stopping: boolean;
  readonly isMaster: boolean;
}

/** `/_health`: whether this node takes requests that write (api-v2.md section 17). */
export function masterHealth(read: () => Health): RequestHandler {
  return (_request, response) => {
    const { isMaster, stopping } = read();
    if (!isMaster) say(response, 503, 'not the master server');
    else if (stopping) say(response, 503, 'shutdown in process');
    else say(response, 200, 'ok');
  };
}

/** `/_health_ro` and `/_health_docker`: whether this node answers at all. */
export function readOnlyHealth(read: () => Health): RequestHandler {
  return (_request, response) => {
    if (read().stopping) say(response, 503, 'shutdown in process');
    else say(response, 200, 'ok');
  };
}

/** Not `response.type()`: Express would add a charset that upstream does not send. */
function say(response: Response, status: number, text: string): void {
  response.status(status).setHeader('Content-Type', 'text/plain');
  response.end(text);
}
