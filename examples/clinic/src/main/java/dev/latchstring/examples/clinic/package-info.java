/**
 * An example: the front desk of a small clinic as an MCP server over HTTP, protected by
 * Latchstring.
 *
 * <p>It owns its invented patients and appointments, in memory, and the tools over them. It may not
 * decide who is allowed to call what anywhere but in the one declaration of {@link
 * dev.latchstring.examples.clinic.ClinicServer}.
 */
@NullMarked
package dev.latchstring.examples.clinic;

import org.jspecify.annotations.NullMarked;
