import type { RequestHandler } from 'express';

export interface Health {
  /** True from the first stop signal on: balancers should send no more. */
  readonly stopping: boolean;
  readonly isMaster: boolean;
}

/** `/_health`: whether this node takes requests that write (api-v2.md section 17). */
export function masterHealth(read: () => Health): RequestHandler {
  return (_request, response) => {
    const { isMaster, stopping } = read();
    if (!isMaster) response.status(503).type('text/plain').send('not the master server');
    else if (stopping) response.status(503).type('text/plain').send('shutdown in process');
    else response.status(200).type('text/plain').send('ok');
  };
}

/** `/_health_ro` and `/_health_docker`: whether this node answers at all. */
export function readOnlyHealth(read: () => Health): RequestHandler {
  return (_request, response) => {
    if (read().stopping) response.status(503).type('text/plain').send('shutdown in process');
    else response.status(200).type('text/plain').send('ok');
  };
}
