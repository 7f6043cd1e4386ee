package dev.latchstring.authorizationserver.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers every path that nothing else answers. */
final class NotFoundServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final String metadata;
  private final HttpServlet page;

  /**
   * @param metadata the address of the metadata, where the endpoints are named
   * @param page what people see
   */
  NotFoundServlet(String metadata, HttpServlet page) {
    this.metadata = metadata;
    this.page = page;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String accept = request.getHeader("Accept");
    boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    if (reads && accept != null && accept.contains("text/html")) {
      page.service(request, response);
    } else {
      ErrorWriter.http(response, 404, "nothing is here; the endpoints are named at " + metadata);
    }
  }
}
