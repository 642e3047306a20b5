import { explain } from 'c/partnerCenterErrors';

describe('every error shape of Salesforce', () => {
  it.each([
    [
      'a refused save with a page error',
      {
        status: 400,
        body: {
          output: {
            errors: [{ errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'Fill the stage.' }],
            fieldErrors: {}
          }
        }
      },
      'refused',
      'Fill the stage.'
    ],
    [
      'a refused save with a field error',
      { status: 400, body: { output: { errors: [], fieldErrors: { Amount: [{ message: 'Too large.' }] } } } },
      'refused',
      'Too large.'
    ],
    ['a body with a message', { status: 400, body: { message: 'No.', errorCode: 'X' } }, 'refused', 'No.'],
    ['a list of bodies', { status: 400, body: [{ message: 'A', errorCode: 'X' }, { message: 'B' }] }, 'refused', 'A'],
    ['a bare list', [{ message: 'A', errorCode: 'X' }], 'refused', 'A'],
    [
      'GraphQL errors',
      [{ message: 'Unknown field', extensions: { errorCode: 'ValidationError' } }],
      'refused',
      'Unknown field'
    ],
    ['a plain text', 'Oh no', 'unknown', 'Oh no'],
    ['an error object', new Error('Oh no'), 'unknown', 'Oh no'],
    ['a text body', { status: 418, body: 'Teapot' }, 'refused', 'Teapot']
  ])('reads %s', (name, error, kind, text) => {
    expect(explain(error)).toMatchObject({ kind, text });
  });

  it.each([
    ['stale', { status: 412, body: { message: 'x' } }],
    ['stale', { status: 409, body: {} }],
    ['no-access', { status: 400, body: { errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY', message: 'x' } }],
    ['no-access', { status: 403, body: { message: 'x' } }],
    ['no-access', { status: 400, body: { errorCode: 'INVALID_FIELD', message: 'No such column X' } }],
    ['not-found', { status: 404, body: { message: 'x' } }],
    ['session', { status: 401, body: [{ errorCode: 'INVALID_SESSION_ID', message: 'x' }] }],
    ['busy', { status: 400, body: { errorCode: 'UNABLE_TO_LOCK_ROW', message: 'x' } }],
    ['server', { status: 500, body: { message: 'gack 1' } }],
    ['server', { status: 502, body: undefined }],
    ['offline', new TypeError('Failed to fetch')],
    ['unknown', null],
    ['unknown', {}],
    ['unknown', '']
  ])('knows what to do about: %s', (kind, error) => {
    const explained = explain(error);
    expect(explained.kind).toBe(kind);
    expect(explained.text.length).toBeGreaterThan(10);
  });

  it('keeps further messages as details', () => {
    expect(
      explain({ status: 400, body: { output: { errors: [{ message: 'A' }], fieldErrors: { X: [{ message: 'B' }] } } } })
        .details
    ).toEqual(['B']);
    expect(explain({ status: 403, body: { message: 'why' } }).details).toEqual(['why']);
  });
});
