// An independent client tries what must be accepted and what must not, a table for each grant.
// A row: the section, what is tried, what is expected ('accepted' or the error, with its status where that is not the
// usual one), and how it is tried.
// usage: PEER_SETUP=FILE run.mjs TABLE...
import { run, say } from '../lines.mjs';

/** RFC 6749 section 5.2, RFC 6750 section 3.1. */
const usual = (code) => (['invalid_client', 'invalid_token'].includes(code) ? 401 : 400);

async function outcome(tried) {
  try {
    await tried();
    return { got: 'accepted' };
  } catch (error) {
    // What comes with a challenge (401) has its error in the body, which the library leaves to be read.
    const challenged = error.code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE';
    const body = challenged ? await error.response.clone().json().catch(() => ({})) : {};
    const code = body.error ?? error.error ?? (challenged ? error.cause[0].parameters.error : undefined) ?? 'failed';
    const status = error.status ?? usual(code);
    return { got: status === usual(code) ? code : `${status} ${code}`, detail: body.error_description ?? error.error_description ?? error.stack };
  }
}

run(async () => {
  for (const table of process.argv.slice(2)) {
    const { default: rows } = await import(`./${table}.mjs`);
    for (const [section, what, expected, tried] of rows) {
      const began = performance.now();
      const { got, detail } = await outcome(tried);
      say('row', { table, section, what, expected, got, detail, milliseconds: Math.round(performance.now() - began) });
    }
  }
});
