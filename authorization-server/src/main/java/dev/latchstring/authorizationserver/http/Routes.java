package dev.latchstring.authorizationserver.http;

import dev.latchstring.authorizationserver.page.Page;
import dev.latchstring.authorizationserver.page.PageServlet;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.trace.Traces;
import jakarta.servlet.http.HttpServlet;
import java.util.LinkedHashMap;
import java.util.Map;

/** The table of what is mounted where. A path that is mounted twice is a mistake. */
public final class Routes {
  private final String base;
  private final ClientAddress clientAddress;
  private final Traces traces;
  private boolean forwardedRefused;
  private final Map<String, HttpServlet> servlets = new LinkedHashMap<>();

  /**
   * @param base the issuer's path, empty where it has none
   */
  public Routes(String base, ClientAddress clientAddress, Traces traces) {
    this.base = base;
    this.clientAddress = clientAddress;
    this.traces = traces;
  }

  /** An endpoint that answers GET, below the issuer. */
  public void get(String path, Endpoint endpoint) {
    mount(base + path, Map.of("GET", endpoint));
  }

  /** An endpoint that answers GET, wherever the issuer is. It decides nothing: it is not traced. */
  public void absolute(String path, Endpoint endpoint) {
    servlet(
        path,
        new EndpointServlet(Access.ANY_ORIGIN, clientAddress, null, path, Map.of("GET", endpoint)));
  }

  /** An endpoint that answers POST, below the issuer. */
  public void post(String path, Endpoint endpoint) {
    mount(base + path, Map.of("POST", endpoint));
  }

  /** An endpoint that answers both, below the issuer. */
  public void getAndPost(String path, Endpoint endpoint) {
    mount(base + path, Map.of("GET", endpoint, "POST", endpoint));
  }

  /** What answers each of both, below the issuer. */
  public void getAndPost(String path, Endpoint get, Endpoint post) {
    mount(base + path, Map.of("GET", get, "POST", post));
  }

  /** What answers below a path, by method; {@link Exchange#below} says where. */
  public void below(String path, Map<String, Endpoint> byMethod) {
    mount(base + path + "/*", byMethod);
  }

  private void mount(String path, Map<String, Endpoint> byMethod) {
    servlet(path, new EndpointServlet(Access.ANY_ORIGIN, clientAddress, traces, path, byMethod));
  }

  /** A page for people, below the issuer. */
  public void page(String path, Site site, Page page) {
    servlet(base + path, new PageServlet(site, page, clientAddress, traces, base + path));
  }

  /** Files for the pages, below the issuer. */
  public void files(String path, HttpServlet files) {
    servlet(base + path + "/*", files);
  }

  /** What answers where nothing else does: a page for browsers, an error for everything else. */
  public void otherwise(Site site, Page page, String metadata) {
    servlet("/", new NotFoundServlet(metadata, new PageServlet(site, page, clientAddress)));
  }

  /** Answers nothing that came through a proxy, whatever it is for. */
  public void refuseForwarded() {
    forwardedRefused = true;
  }

  boolean isForwardedRefused() {
    return forwardedRefused;
  }

  private void servlet(String path, HttpServlet servlet) {
    if (servlets.put(path, servlet) != null) {
      throw new IllegalStateException(path + " is mounted twice");
    }
  }

  /** The servlets by path specification, in the order they were named. */
  Map<String, HttpServlet> servlets() {
    return servlets;
  }
}
