package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.trace.RequestTrace;
import dev.latchstring.authorizationserver.trace.Traces;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Mounts an {@link Endpoint}: checks the method, lets origins in, and writes what is refused. */
public final class EndpointServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final Access access;
  private final transient ClientAddress clientAddress;
  private final transient @Nullable Traces traces;
  private final String route;
  private final transient Map<String, Endpoint> endpoints;

  /**
   * @param traces null where requests are not traced
   * @param route the path as it is mounted
   * @param endpoints what answers each method; GET answers HEAD too
   */
  public EndpointServlet(
      Access access,
      ClientAddress clientAddress,
      @Nullable Traces traces,
      String route,
      Map<String, Endpoint> endpoints) {
    this.access = access;
    this.clientAddress = clientAddress;
    this.traces = traces;
    this.route = route;
    this.endpoints = new TreeMap<>(endpoints);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String asked = request.getMethod();
    access.allow(request, response);
    Endpoint endpoint = endpoints.get(asked.equals("HEAD") ? "GET" : asked);
    if (endpoint != null) {
      handle(endpoint, request, response);
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
    String methods = String.join(", ", endpoints.keySet());
    return methods.replace("GET", "GET, HEAD") + ", OPTIONS";
  }

  private void handle(Endpoint endpoint, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestTrace trace = traces == null ? RequestTrace.NONE : traces.begin(request, route);
    Exchange exchange = new Exchange(request, response, clientAddress, trace);
    exchange.begin(() -> endpoint.handle(exchange));
  }
}
