package dev.latchstring.authorizationserver;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers every path that nothing else answers: a browser with a page, a program with JSON. */
final class NothingHere extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final transient HttpServlet forPeople;
  private final transient HttpServlet forPrograms;

  NothingHere(HttpServlet forPeople, HttpServlet forPrograms) {
    this.forPeople = forPeople;
    this.forPrograms = forPrograms;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String accept = request.getHeader("Accept");
    boolean browser =
        request.getMethod().equals("GET") && accept != null && accept.contains("text/html");
    (browser ? forPeople : forPrograms).service(request, response);
  }
}
