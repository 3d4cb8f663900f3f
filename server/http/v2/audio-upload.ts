import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raw } from 'express';
import type { Request, RequestHandler, Response as HttpResponse } from 'express';
import type { Context } from '../../context.ts';
import { DomainError } from '../../errors.ts';
import {
  AudioUnreadableError,
  fingerprintAudio,
  FpcalcMissingError,
} from '../../fingerprint/fpcalc.ts';
import type { FingerprintedAudio } from '../../fingerprint/fpcalc.ts';
import { refusalOf, renderRefusal } from '../error-handler.ts';
import { Parameters } from '../params.ts';
import { JSON_FORMAT, readFormat } from '../render.ts';
import { callerOf } from '../request-context.ts';
import { BODY_BYTES_MAX, PARTS_MAX } from '../request-parameters.ts';

/** A song in a lossless format; it is held in memory once, and once on disk. */
export const AUDIO_BYTES_MAX = 64 * 1024 * 1024;
/** Files fingerprinted at the same time; each is a process of its own. */
const UPLOADS_MAX = 2;
const PART = 'file';

/**
 * Lets clients on this machine send an audio file (multipart part `file`) in place of a
 * fingerprint: the file becomes the parameters `fingerprint` and `duration`, and the lookup goes on
 * as if those had been sent. Everything else passes through untouched.
 */
export function acceptAudio(context: Context): readonly RequestHandler[] {
  const readUpload = raw({ type: () => true, limit: AUDIO_BYTES_MAX, inflate: false });
  const uploads = new WeakSet<Request>();
  let underWay = 0;
  return [
    (request, response, next) => {
      if (!isUpload(request)) {
        next();
      } else if (underWay >= UPLOADS_MAX) {
        renderRefusal(response, JSON_FORMAT, new DomainError('service_unavailable', {}));
      } else {
        underWay += 1;
        uploads.add(request);
        // Closed comes after finished, and also when the client goes away first.
        response.once('close', () => {
          underWay -= 1;
        });
        readUpload(request, response, next);
      }
    },
    async (request, response, next) => {
      const isAnswered = uploads.has(request) && (await replaceAudio(context, request, response));
      if (!isAnswered) next();
    },
  ];
}

function isUpload(request: Request): boolean {
  const contentType = request.headers['content-type'] ?? '';
  return (
    request.method === 'POST' &&
    /^\s*multipart\/form-data\s*(;|$)/i.test(contentType) &&
    request.headers['content-encoding'] === undefined &&
    callerOf(request).isLocal
  );
}

/** Puts a fingerprint in the place of the file. True when the request has been refused instead. */
async function replaceAudio(
  context: Context,
  request: Request,
  response: HttpResponse,
): Promise<boolean> {
  const form = await readForm(request);
  const file = form?.get(PART);
  if (!form || !(file instanceof File)) {
    // No upload after all, so the limits of all requests hold; the form is read where it always is.
    if (bodyOf(request).length <= BODY_BYTES_MAX) return false;
    renderRefusal(response, JSON_FORMAT, new DomainError('request_too_large', {}));
    return true;
  }
  const pairs = [...form].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const parameters = new Parameters(pairs);
  let format = JSON_FORMAT;
  try {
    if (pairs.length > PARTS_MAX) throw new DomainError('request_too_large', {});
    format = readFormat(parameters);
    // Not for strangers: a file costs more than a lookup.
    await context.apiKeys.requireApplication(parameters.require('client'));
    const { durationSeconds, fingerprint } = await fingerprintOf(file);
    pairs.push(['duration', String(durationSeconds)], ['fingerprint', fingerprint]);
  } catch (error) {
    renderRefusal(response, format, refusalOf(error, context.log));
    return true;
  }
  request.headers['content-type'] = 'application/x-www-form-urlencoded';
  request.body = Buffer.from(new URLSearchParams(pairs).toString());
  return false;
}

/** The multipart form in the body, read as bytes; `undefined` if it is none. */
export async function readForm(request: Request): Promise<FormData | undefined> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  try {
    return await new Response(new Uint8Array(bodyOf(request)), { headers }).formData();
  } catch {
    // A body that is not what its type says is judged where every body is.
    return undefined;
  }
}

function bodyOf(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Fingerprints an uploaded file. Throws `fpcalc_missing` and `unreadable_audio`. */
export async function fingerprintOf(file: File): Promise<FingerprintedAudio> {
  const folder = await mkdtemp(join(tmpdir(), 'acoustid-audio-'));
  try {
    const path = join(folder, 'audio');
    await writeFile(path, new Uint8Array(await file.arrayBuffer()), { mode: 0o600 });
    return await fingerprintAudio(path);
  } catch (cause) {
    if (cause instanceof FpcalcMissingError) throw new DomainError('fpcalc_missing', {}, { cause });
    if (cause instanceof AudioUnreadableError) {
      throw new DomainError('unreadable_audio', { reason: cause.message }, { cause });
    }
    throw cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
