/**
 * What MCP clients state beside what OAuth asks them: contexts of model sessions, assertions about
 * themselves, and the tokens of test mode.
 *
 * <pre>
 *   mcp_context ────▶ request ──▶ code, device code ──▶ grant ─┐
 *   mcp_assertion ─▶ checked, used once ──▶ mcp_metadata ──────┼─▶ claims mcp_*, and nothing else
 *   mcp_test_mode ─▶ for test clients of a test server alone ──┘
 * </pre>
 *
 * <p>It owns which claims come of it. None of it is ever an input to who may do what: {@code
 * policy} does not know this package.
 */
@NullMarked
package dev.latchstring.authorizationserver.context;

import org.jspecify.annotations.NullMarked;
