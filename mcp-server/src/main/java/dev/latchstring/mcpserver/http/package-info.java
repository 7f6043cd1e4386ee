/**
 * The filter in front of an MCP server's servlet.
 *
 * <p>It owns everything between the wire and the servlet that concerns authorization: the metadata
 * (RFC 9728), the check of {@code Origin}, of the access token (RFC 6750, RFC 9068, RFC 7662) and
 * of the proof that its holder has the key it is bound to (RFC 9449), of the session's owner and of
 * the headers against the body, and the answers 401 and 403 that tell a client what to do next. It
 * asks {@link dev.latchstring.mcpserver.tools} what is allowed and decides nothing itself; it
 * imports no MCP SDK, so that it serves any servlet of either era.
 *
 * <pre>
 *   request → metadata? → origin → token → session → body and headers → tools → servlet
 *                │          403     401      404          400 413 415    401 403
 *                └ 200
 * </pre>
 *
 * <h2>To protect a server</h2>
 *
 * <pre>{@code
 * ToolAuthorizer tools =
 *     ToolAuthorizer.builder(Requirement.scopes("clinic:read"))
 *         .tool("book_appointment", Requirement.scopes("clinic:write"))
 *         .build();
 * BearerFilter filter =
 *     BearerFilter.builder("https://clinic.example/mcp", "https://login.example", tools).build();
 *
 * FilterRegistration.Dynamic registration = servletContext.addFilter("bearer", filter);
 * registration.setAsyncSupported(true);
 * registration.addMappingForUrlPatterns(null, false, "/*");
 * }</pre>
 *
 * <p>Nothing is kept in thread-locals: what a request carries is on the request.
 */
@NullMarked
package dev.latchstring.mcpserver.http;

import org.jspecify.annotations.NullMarked;
