package dev.latchstring.authorizationserver.http;

import dev.latchstring.oauth.OAuthException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** Mounts an {@link Endpoint}: checks the method, lets origins in, and writes what is refused. */
public final class EndpointServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final List<String> methods;
  private final Access access;
  private final transient ClientAddress clientAddress;
  private final transient Endpoint endpoint;

  /**
   * @param methods {@code GET}, which answers HEAD too, {@code POST} or both
   */
  public EndpointServlet(
      List<String> methods, Access access, ClientAddress clientAddress, Endpoint endpoint) {
    this.methods = List.copyOf(methods);
    this.access = access;
    this.clientAddress = clientAddress;
    this.endpoint = endpoint;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String asked = request.getMethod();
    access.allow(request, response);
    if (methods.contains(asked.equals("HEAD") ? "GET" : asked)) {
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
    return String.join(", ", methods).replace("GET", "GET, HEAD") + ", OPTIONS";
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
