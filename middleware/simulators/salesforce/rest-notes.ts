/** `GET /sobjects/ContentNote/<id>/Content`: the HTML of a note as it is, not as JSON. */
import { ApiError } from './org-errors.ts';
import type { Handler } from './org.ts';

export const notesHandler: Handler = (org, call) => {
  const [first, object, id, part] = call.steps;
  if (call.method !== 'GET' || first !== 'sobjects' || object !== 'ContentNote' || id === undefined || part !== 'Content') return null;
  const note = org.state.record(id);
  const definition = org.state.schema.object('ContentNote');
  if (!note || !definition || note['IsDeleted'] === true || !call.access.canSee(definition, note))
    throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  const html = Buffer.from(String(note['Content'] ?? ''), 'base64').toString('utf8');
  // line ends are taken out when a note is saved
  return { status: 200, raw: html.replace(/\r?\n/g, '') };
};
