package dev.latchstring.authorizationserver.http;

import dev.latchstring.oauth.OAuthException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Mounts an {@link Endpoint}: checks the method, lets origins in, and writes what is refused. */
public final class EndpointServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final String method;
  private final Access access;
  private final transient ClientAddress clientAddress;
  private final transient Endpoint endpoint;

  /**
   * @param method {@code GET}, which answers HEAD too, or {@code POST}
   */
  public EndpointServlet(
      String method, Access access, ClientAddress clientAddress, Endpoint endpoint) {
    this.method = method;
    this.access = access;
    this.clientAddress = clientAddress;
    this.endpoint = endpoint;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String asked = request.getMethod();
    access.allow(request, response);
    if (asked.equals(method) || (asked.equals("HEAD") && method.equals("GET"))) {
      handle(request, response);
    } else if (asked.equals("OPTIONS")) {
      response.setHeader("Allow", allowed());
      access.preflight(response, allowed());
      response.setStatus(204);
    } else {
      response.setHeader("Allow", allowed());
      ErrorWriter.http(response, 405, "only " + allowed() + " is answered here");
    }
  }

  private String allowed() {
    return method.equals("GET") ? "GET, HEAD, OPTIONS" : method + ", OPTIONS";
  }

  // Whatever goes wrong inside must end as server_error, and never as a container's page.
  @SuppressWarnings("CatchingUnchecked")
  private void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
    try {
      endpoint.handle(new Exchange(request, response, clientAddress));
    } catch (OAuthException refusal) {
      ErrorWriter.refuse(request, response, refusal);
    } catch (RuntimeException fault) {
      ErrorWriter.fail(request, response, fault);
    }
  }
}
